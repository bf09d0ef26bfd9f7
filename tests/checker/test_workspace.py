"""The folder of each run: what lies in it, whose it is, that none finds another's, that it goes."""

import os
import py_compile
import shutil
from contextlib import ExitStack, suppress
from pathlib import Path

import pytest

from checker import workspace
from checker.course import Course, Exercise, pick
from checker.workspace import Build, Submission

HELPER = "day0/helper.py"
SCAFFOLD, OURS, THEIRS = "raise NotImplementedError", "OWNER = 'us'", "OWNER = 'them'"


@pytest.fixture
def course(toy, tmp_path) -> Course:
    """The toy course, with a helper of an earlier day."""
    root = tmp_path / "course"
    shutil.copytree(toy.root, root, ignore=shutil.ignore_patterns("__pycache__"))
    write(root / "exercises" / HELPER, SCAFFOLD)
    write(root / "solutions" / HELPER, OURS)
    return Course(root)


@pytest.fixture
def theirs(course, tmp_path) -> Submission:
    """An attendee's folder: the scaffolds, as far as no test changes them."""
    return Submission(shutil.copytree(course.exercises, tmp_path / "theirs"))


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def exercise(course: Course, choice: str = "test_calculator", **more) -> Exercise:
    return pick(course.day("day1"), choice).model_copy(update=more)


def files(root: Path) -> set[str]:
    found = [path for path in root.rglob("*") if path.is_file() and path.suffix != ".pyc"]
    return {path.relative_to(root).as_posix() for path in found}


def test_a_workspace_holds_the_application_its_data_and_what_is_shared_in_the_day(course, theirs):
    write(theirs.root / "day1/conftest.py", "")

    with Build(course, exercise(course), theirs) as build, build.workspace() as root:
        assert files(root) == {
            "src/calculator.py",
            "data/numbers/numbers.parquet",
            "exercises/pytest.ini",
            "exercises/day1/conftest.py",
            "exercises/day1/test_calculator.py",
        }


@pytest.mark.parametrize("place", ["day1/test_calculator.py", "day1/conftest.py"])
def test_another_exercise_is_there_where_it_is_named(course, theirs, place):
    write(theirs.root / place, "from exercises.day1.countdown import countdown\n")

    with Build(course, exercise(course), theirs) as build, build.workspace() as root:
        assert (root / "exercises/day1/countdown.py").exists()
        assert not (root / "exercises/day1/test_numbers.py").exists()


@pytest.mark.parametrize(
    ("imported", "is_there"),
    [
        ("from exercises.day1.countdown import countdown", True),
        ("from .countdown import countdown", True),
        ("A countdown, and nothing more.", False),
    ],
)
def test_a_word_alone_does_not_name_another_exercise(course, theirs, imported, is_there):
    write(theirs.root / "day1/test_calculator.py", imported)

    with Build(course, exercise(course), theirs) as build, build.workspace() as root:
        assert (root / "exercises/day1/countdown.py").exists() is is_there


@pytest.fixture
def of_the_countdown(course) -> Exercise:
    """An exercise whose tests test the program of another."""
    bug = pick(course.day("day1"), "countdown").chaffs[0]
    return exercise(course, chaffs=(bug,), wheats=())


def test_a_program_that_is_tested_is_ours_however_far_theirs_is(course, theirs, of_the_countdown):
    write(theirs.root / "day1/test_calculator.py", "from exercises.day1.countdown import countdown")
    write(theirs.root / "day1/countdown.py", THEIRS)
    ours = (course.solutions / "day1/countdown.py").read_text()
    bug = of_the_countdown.chaffs[0]

    with Build(course, of_the_countdown, theirs) as build:
        with build.workspace() as root:
            assert (root / "exercises/day1/countdown.py").read_text() == ours
        with build.workspace(bug) as root:
            assert (root / bug.file).read_text() == ours.replace(bug.was, bug.now)
        assert theirs.root / "day1/countdown.py" not in [path for path, _ in build.files]


def test_a_canary_sings_in_a_program_that_is_tested(course, theirs, of_the_countdown):
    with Build(course, of_the_countdown, theirs) as build, build.workspace(sings=True) as root:
        assert "canary" in (root / "exercises/day1/countdown.py").read_text()
        assert "canary" not in (root / build.judged).read_text()


def test_nothing_of_the_solutions_tells_a_run_what_it_is_judged_by(course):
    ours = Submission(course.solutions)

    with Build(course, exercise(course), ours) as build, build.workspace() as root:
        assert [name for name in files(root) if "check_" in name or name.endswith(".toml")] == []


def test_a_program_is_judged_by_the_check_beside_its_solution(course, theirs):
    countdown = exercise(course, "countdown")

    with Build(course, countdown, theirs) as build, build.workspace() as root:
        assert (build.judged, build.target) == (
            "exercises/day1/countdown.py",
            "exercises/day1/check_countdown.py",
        )
        assert {build.judged, build.target} <= files(root)


def test_an_edit_is_made_in_the_workspace_alone(course, theirs):
    (chaff, *_) = exercise(course).chaffs
    source = (course.root / chaff.file).read_text()

    with Build(course, exercise(course), theirs) as build, build.workspace(chaff) as root:
        assert (root / chaff.file).read_text() == source.replace(chaff.was, chaff.now)

    assert (course.root / chaff.file).read_text() == source


def test_no_edit_stays_for_the_next_run(course, theirs):
    first, second, *_ = exercise(course).chaffs
    source = (course.root / first.file).read_text()

    with Build(course, exercise(course), theirs) as build:
        for edit in (first, second, first):
            with build.workspace(edit) as root:
                edited = (course.root / edit.file).read_text().replace(edit.was, edit.now)
                assert (root / edit.file).read_text() == edited
        with build.workspace() as root:
            assert (root / first.file).read_text() == source


def test_what_is_done_before_the_edit_sees_the_reference(course, theirs):
    first, *_ = exercise(course).chaffs
    seen = []

    def look(root: Path) -> bool:
        seen.append((root / first.file).read_text())
        return True

    with Build(course, exercise(course), theirs) as build, build.workspace(first, before=look):
        assert seen == [(course.root / first.file).read_text()]


def test_what_was_spoilt_before_the_edit_is_undone(course, theirs):
    first, *_ = exercise(course).chaffs

    def spoil(root: Path) -> bool:
        write(root / "output/model.txt", "a model")
        return False

    with (
        Build(course, exercise(course), theirs) as build,
        build.workspace(first, before=spoil) as root,
    ):
        assert "output/model.txt" not in files(root)
        assert first.now in (root / first.file).read_text()


def test_runs_side_by_side_have_a_workspace_each(course, theirs):
    with (
        Build(course, exercise(course), theirs) as build,
        build.workspace() as one,
        build.workspace() as other,
    ):
        assert one != other


@pytest.mark.skipif(workspace.scratch() is None, reason="no files in memory here")
@pytest.mark.parametrize("breaks", [False, True])
def test_a_used_workspace_is_made_as_before_for_the_next_run(course, theirs, breaks):
    with Build(course, exercise(course), theirs) as build:
        with suppress(ValueError), build.workspace() as used:
            before = files(used)
            write(used / "output/model.txt", "a model")
            (used / "data/numbers/numbers.parquet").unlink()
            if breaks:
                raise ValueError
        with build.workspace() as root:
            assert (root, files(root)) == (used, before)


def test_a_workspace_that_is_beyond_repair_is_replaced(course, theirs):
    with Build(course, exercise(course), theirs) as build:
        with build.workspace() as used:
            before = files(used)
            shutil.rmtree(used / "src")
        with build.workspace() as root:
            assert root != used
            assert files(root) == before
        assert not used.exists()


def test_a_workspace_that_comes_back_after_its_build_is_removed(course, theirs):
    """As where a check is cancelled while a run is under way."""
    with ExitStack() as run, Build(course, exercise(course), theirs) as build:
        root = run.enter_context(build.workspace())

    assert not root.exists()


@pytest.mark.parametrize(
    ("work", "own_helpers", "used"),
    [
        pytest.param(THEIRS, True, THEIRS, id="their-own"),
        pytest.param(THEIRS, False, OURS, id="ours-where-we-say-so"),
        pytest.param(SCAFFOLD, True, OURS, id="ours-where-theirs-is-unwritten"),
        pytest.param(None, True, OURS, id="ours-where-theirs-is-gone"),
    ],
)
def test_an_unfinished_day_does_not_sink_the_next(course, theirs, work, own_helpers, used):
    helper = theirs.root / HELPER
    helper.unlink() if work is None else helper.write_text(work)
    needy = exercise(course, needs=(HELPER,))

    with Build(course, needy, theirs, own_helpers=own_helpers) as build, build.workspace() as root:
        assert (root / "exercises" / HELPER).read_text() == used


def test_prepared_state_is_found_in_output_and_each_run_has_its_own(course, theirs, tmp_path):
    write(tmp_path / "prepared/model.txt", "a model")

    with Build(course, exercise(course), theirs, prepared=tmp_path / "prepared") as build:
        with build.workspace() as root:
            (root / "output/model.txt").write_text("spoilt")
        with build.workspace() as root:
            assert (root / "output/model.txt").read_text() == "a model"


def test_workspaces_are_alike_whatever_is_saved_meanwhile(course, theirs):
    test = theirs.root / "day1/test_calculator.py"
    before = test.read_text()

    with Build(course, exercise(course), theirs) as build:
        with build.workspace():
            test.write_text("saved meanwhile")
        with build.workspace() as root:
            assert (root / build.judged).read_text() == before


def test_nothing_is_left_of_a_build(course, theirs, tmp_path, monkeypatch):
    own = tmp_path / "temporary"
    own.mkdir()
    monkeypatch.setattr(workspace, "scratch", lambda: str(own))

    with Build(course, exercise(course), theirs) as build, build.workspace():
        assert len(list(own.iterdir())) == 2

    assert list(own.iterdir()) == []


# Bytecode


@pytest.fixture
def compiled(course, theirs):
    """A build that has kept what a run of its own compiled."""
    with Build(course, exercise(course), theirs) as build:
        with build.workspace() as root:
            py_compile.compile(root / "exercises/day1/test_calculator.py")
            build.keep_compiled(root)
        yield build


def test_what_a_run_has_compiled_the_next_need_not(compiled):
    with compiled.workspace() as root:
        assert bytecode(root) >= {"calculator", "test_calculator"}


def test_an_edited_file_is_compiled_again(compiled):
    (chaff, *_) = compiled.exercise.chaffs

    with compiled.workspace(chaff) as root:
        assert "calculator" not in bytecode(root)


def bytecode(root: Path) -> set[str]:
    return {path.name.partition(".")[0] for path in root.rglob("*.pyc")}


def test_a_file_keeps_its_time_and_its_rights(course, theirs):
    """By its time Python tells whether bytecode holds; a script may be run as a program."""
    script = theirs.root / "day1" / "script.py"
    script.write_text("#!/bin/sh\n")
    script.chmod(0o700)
    os.utime(script, ns=(10**18, 10**18 + 1))

    with Build(course, exercise(course), theirs) as build, build.workspace() as root:
        copied = root / "exercises/day1/script.py"

        assert copied.read_bytes() == script.read_bytes()
        assert copied.stat().st_mtime_ns == 10**18 + 1
        assert os.access(copied, os.X_OK)


@pytest.mark.parametrize(("text", "is_theirs"), [(THEIRS, True), (SCAFFOLD, False)])
def test_who_works_in_place_has_a_helper_of_their_own_once_it_is_written(course, text, is_theirs):
    """There is no scaffold beside their file to tell it from."""
    write(course.exercises / HELPER, text)

    assert Submission(course.exercises).has_its_own(HELPER, course) is is_theirs


def test_who_works_elsewhere_has_a_helper_of_their_own_once_it_is_changed(course, theirs):
    assert not theirs.has_its_own(HELPER, course)

    write(theirs.root / HELPER, f"{THEIRS}\n{SCAFFOLD}")

    assert theirs.has_its_own(HELPER, course)
