"""Catching up: earlier days are completed, and nobody's work is touched."""

import os
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from checker.commands.catch_up import command
from checker.errors import CheckerError
from tests.checker.attendees import Attendee

CALCULATOR = "day1/test_calculator.py"
OWN = '"""My notes."""\n'
EARLIER = {CALCULATOR, "day1/countdown.py", "day1/helper.py", "day1/test_numbers.py"}


@pytest.fixture
def attendee(toy, tmp_path) -> Attendee:
    return Attendee(toy, tmp_path / "course")


def catch_up(attendee: Attendee, *arguments: str, day: str = "day2") -> str:
    """What it says, in one line."""
    done = CliRunner().invoke(command, [day, *arguments], obj=attendee.course)
    if done.exception:
        raise done.exception
    return " ".join(done.output.split())


def solution(attendee: Attendee, path: str) -> str:
    return (attendee.course.solutions / path).read_text(encoding="utf-8")


# What is completed


def test_untouched_files_of_earlier_days_become_the_solutions(attendee):
    catch_up(attendee)

    files = attendee.files()
    assert {path for path in EARLIER if files[path] == solution(attendee, path)} == EARLIER


def test_the_scaffold_is_kept_beside_the_solution(attendee):
    before = attendee.files()

    said = catch_up(attendee)

    assert attendee.files()[f"{CALCULATOR}.before-catch-up"] == before[CALCULATOR]
    assert (
        f"✔ exercises/{CALCULATOR} completed; the scaffold is kept beside it as "
        "test_calculator.py.before-catch-up" in said
    )


def test_what_is_to_be_written_today_is_left_though_another_exercise_needs_it(attendee):
    toml = attendee.course.solutions / "day1/test_calculator.toml"
    toml.write_text(f"needs = ['day1/countdown.py']\n{toml.read_text()}")
    before = attendee.files()

    catch_up(attendee, day="day1")

    assert attendee.files() == before


def test_the_day_itself_and_our_own_checks_are_not_touched(attendee):
    before = attendee.files()

    catch_up(attendee)

    added = {f"{path}.before-catch-up" for path in EARLIER}
    after = attendee.files()
    assert after.keys() == before.keys() | added
    assert {path for path in before if after[path] != before[path]} == EARLIER


def test_what_the_day_needs_is_completed_wherever_it_is(attendee):
    toml = attendee.course.solutions / "day1/test_numbers.toml"
    toml.write_text('needs = ["day2/test_numbers.py"]\n' + toml.read_text())

    said = catch_up(attendee, day="day1")

    assert said.startswith("What comes before day1 ✔ exercises/day2/test_numbers.py completed;")
    assert attendee.files()["day2/test_numbers.py"] == solution(attendee, "day2/test_numbers.py")


def test_nothing_comes_before_the_first_day(attendee):
    before = attendee.files()

    said = catch_up(attendee, day="1")

    assert said == "Nothing comes before day1: there is nothing to catch up with."
    assert attendee.files() == before


def test_day_10_comes_after_day_9(attendee):
    for name in ("day9", "day10"):
        for house in (attendee.course.exercises, attendee.course.solutions):
            shutil.copytree(house / "day2", house / name)
    attendee.commit("More days.")

    said = catch_up(attendee, "--dry-run", day="day9")

    assert "exercises/day2/" in said
    assert "exercises/day10/" not in said


# What is left


def test_own_work_is_left_as_it_is(attendee):
    attendee.write(CALCULATOR, OWN)

    said = catch_up(attendee)

    assert f"• exercises/{CALCULATOR} left: it is your work" in said
    assert attendee.files()[CALCULATOR] == OWN
    assert f"{CALCULATOR}.before-catch-up" not in attendee.files()


def test_own_work_that_is_committed_is_left_as_it_is(attendee):
    own = attendee.files()[CALCULATOR].replace("raise NotImplementedError", "assert True", 1)
    attendee.write(CALCULATOR, own)
    attendee.commit("Mine.")

    assert f"• exercises/{CALCULATOR} left: it is your work" in catch_up(attendee)
    assert attendee.files()[CALCULATOR] == own


def test_a_single_note_makes_it_own_work(attendee):
    own = attendee.files()[CALCULATOR] + "# zero?\n"
    attendee.write(CALCULATOR, own)
    attendee.commit("A note.")

    assert f"• exercises/{CALCULATOR} left: it is your work" in catch_up(attendee)
    assert attendee.files()[CALCULATOR] == own


def test_a_file_that_is_not_there_is_not_made(attendee):
    (attendee.course.exercises / "day1/helper.py").unlink()

    said = catch_up(attendee)

    assert "exercises/day1/helper.py" not in said
    assert "day1/helper.py" not in attendee.files()


def test_a_needed_file_that_is_not_there_is_named(attendee):
    toml = attendee.course.solutions / "day2/test_numbers.toml"
    toml.write_text('needs = ["day1/helper.py"]\n' + toml.read_text())
    (attendee.course.exercises / "day1/helper.py").unlink()

    said = catch_up(attendee)

    assert "• exercises/day1/helper.py left: it is not there" in said


def test_without_a_history_nobody_knows_whose_work_it_is(attendee):
    shutil.rmtree(attendee.course.root / ".git")
    before = attendee.files()

    said = catch_up(attendee)

    assert f"• exercises/{CALCULATOR} left: it may be your work. Git knows no history of" in said
    assert "Nothing was changed." in said
    assert attendee.files() == before


# Again, and back


def test_a_second_time_changes_nothing(attendee):
    catch_up(attendee)
    after = attendee.files()

    said = catch_up(attendee)

    assert f"• exercises/{CALCULATOR} left: it is the solution already" in said
    assert said.endswith("Nothing was changed.")
    assert attendee.files() == after


def test_a_dry_run_tells_and_changes_nothing(attendee):
    before = attendee.files()

    said = catch_up(attendee, "--dry-run")

    assert f"✔ exercises/{CALCULATOR} would be completed" in said
    assert said.endswith("Nothing was changed yet. Next: make catch-up-day2")
    assert attendee.files() == before


def test_undo_brings_back_what_was_there(attendee):
    before = attendee.files()
    said = catch_up(attendee)

    undone = catch_up(attendee, "--undo")

    assert said.endswith("To undo this: make catch-up-day2 ARGS=--undo")
    assert f"✔ exercises/{CALCULATOR} is what it was before" in undone
    assert attendee.files() == before


def test_undo_leaves_what_was_changed_since(attendee):
    catch_up(attendee)
    attendee.write(CALCULATOR, OWN)

    said = catch_up(attendee, "--undo")

    assert f"• exercises/{CALCULATOR} left: it is not the solution any more" in said
    assert attendee.files()[CALCULATOR] == OWN
    assert f"{CALCULATOR}.before-catch-up" in attendee.files()


def test_undo_leaves_what_catching_up_has_not_changed(attendee):
    attendee.write(CALCULATOR, solution(attendee, CALCULATOR))
    before = attendee.files()

    said = catch_up(attendee, "--undo")

    assert f"• exercises/{CALCULATOR} left: catching up has not changed it" in said
    assert attendee.files() == before


def test_undo_can_be_tried_first(attendee):
    catch_up(attendee)
    after = attendee.files()

    said = catch_up(attendee, "--undo", "--dry-run")

    assert said.endswith("Nothing was changed yet. Next: make catch-up-day2 ARGS=--undo")
    assert attendee.files() == after


def test_what_was_kept_is_never_overwritten(attendee):
    attendee.write(f"{CALCULATOR}.before-catch-up", "older")

    catch_up(attendee)

    scaffold = attendee.files()[f"{CALCULATOR}.before-catch-up-2"]
    assert attendee.files()[f"{CALCULATOR}.before-catch-up"] == "older"
    assert "raise NotImplementedError" in scaffold

    catch_up(attendee, "--undo")

    assert attendee.files()[CALCULATOR] == scaffold
    assert attendee.files()[f"{CALCULATOR}.before-catch-up"] == "older"


# Whenever it is stopped


@pytest.mark.parametrize("step", ["os.replace", "pathlib.Path.write_bytes"])
def test_stopped_half_way_nothing_is_lost(attendee, monkeypatch, step):
    def stopped(*arguments):
        raise KeyboardInterrupt

    before = attendee.files()
    monkeypatch.setattr(step, stopped)

    with pytest.raises(SystemExit):
        catch_up(attendee)

    monkeypatch.undo()
    after = attendee.files()
    assert {path: after[path] for path in before} == before
    assert {path for path in after if path.endswith(".new")} == set()


def test_a_folder_that_cannot_be_written_is_named(attendee, monkeypatch):
    def refused(*arguments):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "write_bytes", refused)

    with pytest.raises(CheckerError, match=r"countdown.py cannot be written: Permission denied\."):
        catch_up(attendee)


def test_the_rights_of_a_file_stay(attendee):
    file = attendee.course.exercises / CALCULATOR
    file.chmod(0o640)

    catch_up(attendee)

    assert os.stat(file).st_mode & 0o777 == 0o640
