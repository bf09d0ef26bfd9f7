"""Resetting: the scaffold as it was handed out, whatever was committed or pushed since."""

import shutil

import pytest
from click.testing import CliRunner

from checker import handout
from checker.commands.reset import command
from checker.errors import CheckerError
from tests.checker.attendees import Attendee

CALCULATOR = "day1/test_calculator.py"


@pytest.fixture
def attendee(toy, tmp_path) -> Attendee:
    return Attendee(toy, tmp_path / "course")


@pytest.fixture
def scaffold(attendee) -> str:
    return attendee.files()[CALCULATOR]


@pytest.fixture
def own(scaffold) -> str:
    """Half of the work: one test is written."""
    return scaffold.replace("raise NotImplementedError", "assert True", 1)


def reset(attendee: Attendee, *arguments: str) -> str:
    done = CliRunner().invoke(command, ["day1", *arguments], obj=attendee.course)
    if done.exception:
        raise done.exception
    return done.output


def handed_out(attendee: Attendee) -> str:
    return handout.scaffold(attendee.course, CALCULATOR).decode()


# The command


def test_the_scaffold_is_back_and_own_work_beside_it(attendee, scaffold, own):
    attendee.write(CALCULATOR, own)

    said = reset(attendee, "-e", "1")

    assert attendee.files()[CALCULATOR] == scaffold
    assert attendee.files()[f"{CALCULATOR}.yours"] == own
    assert said == (
        "exercises/day1/test_calculator.py is the scaffold again. "
        "Yours is kept beside it as test_calculator.py.yours.\n"
        "To have yours back: mv exercises/day1/test_calculator.py.yours "
        "exercises/day1/test_calculator.py\n"
    )


def test_what_was_kept_before_is_never_overwritten(attendee):
    kept = {}
    for ending in ("yours", "yours-2", "yours-3"):
        kept[f"{CALCULATOR}.{ending}"] = f"# attempt {ending}\n"
        attendee.write(CALCULATOR, f"# attempt {ending}\n")

        reset(attendee, "-e", "1")

    assert {path: attendee.files()[path] for path in kept} == kept


def test_a_scaffold_is_not_reset(attendee):
    before = attendee.files()

    said = reset(attendee, "-e", "1")

    assert said == "There is nothing to reset: exercises/day1/test_calculator.py is the scaffold.\n"
    assert attendee.files() == before


def test_a_file_that_was_deleted_is_back(attendee):
    before = attendee.files()
    (attendee.course.exercises / CALCULATOR).unlink()

    said = reset(attendee, "-e", "1")

    assert said == "exercises/day1/test_calculator.py was not there: it is the scaffold again.\n"
    assert attendee.files() == before


def test_other_exercises_are_left_alone(attendee, own):
    attendee.write("day1/test_numbers.py", "# mine\n")
    attendee.write(CALCULATOR, own)

    reset(attendee, "-e", "1")

    assert attendee.files()["day1/test_numbers.py"] == "# mine\n"


def test_which_exercise_has_to_be_said(attendee):
    with pytest.raises(CheckerError) as error:
        reset(attendee)

    assert str(error.value) == (
        "Which exercise? Name it with -e (EX= with make), one of: 1 (day1/test_calculator.py), "
        "2 (day1/test_numbers.py), 3 (day1/countdown.py)."
    )


def test_where_no_scaffold_is_known_nothing_is_changed(attendee, own):
    attendee.write(CALCULATOR, own)
    shutil.rmtree(attendee.course.root / ".git")

    with pytest.raises(CheckerError, match="Work in a git clone of it"):
        reset(attendee, "-e", "1")

    assert attendee.files()[CALCULATOR] == own
    assert f"{CALCULATOR}.yours" not in attendee.files()


# Where the scaffold is found


def test_committed_work_is_no_scaffold(attendee, scaffold, own):
    attendee.write(CALCULATOR, own)
    attendee.commit("Mine.")

    assert handed_out(attendee) == scaffold


def test_work_that_was_pushed_is_no_scaffold(attendee, scaffold, own):
    attendee.write(CALCULATOR, own)
    attendee.commit("Mine.")
    push_to(attendee, "origin")

    assert handed_out(attendee) == scaffold


def test_what_was_noted_without_writing_a_test_is_no_scaffold(attendee, scaffold):
    attendee.write(CALCULATOR, scaffold + "# zero?\n")
    attendee.commit("A note.")

    assert handed_out(attendee) == scaffold


def test_a_scaffold_that_the_course_has_mended_is_the_newer_one(attendee, scaffold):
    mended = f"{scaffold}# mended\n"
    attendee.write(CALCULATOR, mended)
    attendee.commit("Mended.")
    push_to(attendee, "origin")
    attendee.write(CALCULATOR, f"{mended}# my note\n")
    attendee.commit("A note.")

    assert handed_out(attendee) == mended


def test_of_a_fork_and_the_course_the_course_knows_better(attendee, scaffold):
    attendee.write(CALCULATOR, f"{scaffold}# mended\n")
    attendee.commit("Mended.")
    push_to(attendee, "upstream")
    attendee.write(CALCULATOR, f"{scaffold}# my note\n")
    attendee.commit("A note.")
    push_to(attendee, "origin")

    assert handed_out(attendee) == f"{scaffold}# mended\n"


def test_a_scaffold_of_another_task_is_none(attendee, scaffold):
    retold = scaffold.replace("The sum of two numbers.", "A sum.")
    solution = attendee.course.solutions / CALCULATOR
    solution.write_text(solution.read_text().replace("The sum of two numbers.", "A sum."))

    with pytest.raises(CheckerError, match="Fetch the workshop's repository"):
        handed_out(attendee)

    attendee.write(CALCULATOR, retold)
    attendee.commit("Told in other words.")

    assert handed_out(attendee) == retold


def test_a_file_that_came_and_went_is_found(attendee, scaffold):
    file = attendee.course.exercises / CALCULATOR
    file.unlink()
    attendee.commit("Gone.")
    attendee.write(CALCULATOR, "this is not Python")
    attendee.commit("Broken.")

    assert handed_out(attendee) == scaffold


def test_a_course_in_a_folder_of_a_repository_is_found(attendee, scaffold, own, tmp_path):
    shutil.move(attendee.course.root / ".git", tmp_path / ".git")
    attendee.commit("Moved one folder down.")
    attendee.write(CALCULATOR, own)

    assert handed_out(attendee) == scaffold


def test_a_hook_of_another_repository_misleads_nobody(attendee, scaffold, monkeypatch, tmp_path):
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "another"))

    assert handed_out(attendee) == scaffold


def test_a_machine_without_git_is_told_so(attendee, monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(CheckerError, match="There is no git on this machine"):
        handed_out(attendee)


def test_ends_of_lines_make_no_difference():
    assert handout.same(b"one\r\ntwo\r\n", b"one\ntwo\n")
    assert not handout.same(b"one\ntwo\n", b"one\nthree\n")


def push_to(attendee: Attendee, remote: str) -> None:
    """What a remote's default branch is known to be after a push."""
    attendee.git("update-ref", f"refs/remotes/{remote}/main", "HEAD")
    attendee.git("symbolic-ref", f"refs/remotes/{remote}/HEAD", f"refs/remotes/{remote}/main")
