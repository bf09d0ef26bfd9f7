"""A checkout without solutions/: it is checked against the branch, as on main."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from checker import branches, exported, source
from checker.__main__ import main as checker
from checker.course import Course
from checker.errors import CheckerError
from tests.checker.attendees import Attendee, git

HERE = Path(__file__).parent
CALCULATOR = "day1/test_calculator.py"
WORK = {CALCULATOR: "weak", "day1/countdown.py": "wrong-program"}  # and of whom it is
FETCH = "git fetch origin solutions:refs/remotes/origin/solutions"


@pytest.fixture
def main(toy, tmp_path) -> Attendee:
    """The course, with its branches."""
    main = Attendee(toy, tmp_path / "main")
    branches.make(source.find(main.course.root, "HEAD"))
    return main


@pytest.fixture
def workshop(main, tmp_path) -> Path:
    """An attendee's clone."""
    return clone(main, tmp_path / "attendee")


def clone(main: Attendee, folder: Path, *options: str) -> Path:
    where = (f"file://{main.course.root}", str(folder))
    git(main.course.root, "clone", "--quiet", "--branch", "workshop", *options, *where)
    return folder


def run(root: Path, *arguments: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "-m", "checker", "--root", root, *arguments],
        cwd=HERE.parents[1],
        env={"PATH": os.environ["PATH"]},
        capture_output=True,
        encoding="utf-8",
    )


def said(root: Path, *arguments: str) -> str:
    """What a command says that goes well, without line breaks."""
    done = CliRunner().invoke(checker, ["--root", str(root), *arguments])
    assert done.exit_code == 0, done.output
    return " ".join(done.stdout.split())


def add_a_solution(main: Attendee) -> str:
    """The commit of `solutions` after something was added to main."""
    (main.course.solutions / "day1/more.py").write_text("MORE = True\n")
    main.commit("More.")
    branches.make(source.find(main.course.root, "HEAD"))
    return main.git("rev-parse", "refs/heads/solutions").strip()


# The same board


@pytest.mark.parametrize(
    ("day", "statuses"), [("day1", ["partial", "todo", "partial"]), ("day2", ["todo"])]
)
def test_an_attendees_board_is_that_of_main(main, workshop, day, statuses):
    for root in (main.course.root, workshop):
        for path, whose in WORK.items():
            shutil.copy(HERE / "submissions" / whose / path, root / "exercises" / path)

    on_main, here = (
        run(root, "check", day, "--json", "-") for root in (main.course.root, workshop)
    )

    assert (here.returncode, here.stderr) == (0, "")
    assert board(here) == board(on_main)
    assert [one["status"] for one in board(here)] == statuses


def board(done: subprocess.CompletedProcess) -> list[dict]:
    exercises = json.loads(done.stdout)["exercises"]
    return [{key: exercise[key] for key in exercise if key != "seconds"} for exercise in exercises]


def test_the_solutions_of_the_branch_can_be_judged(workshop):
    results = json.loads(run(workshop, "check", "day1", "--of", "solutions", "--json", "-").stdout)

    assert [one["status"] for one in results["exercises"]] == ["done"] * 3
    # the program itself was edited: it was known to be ours
    assert [chaff["caught"] for chaff in results["exercises"][2]["chaffs"]] == [True]


def test_the_branch_solutions_itself_is_solved(main, tmp_path):
    root = tmp_path / "solved"
    main.git("clone", "--quiet", "--branch", "solutions", str(main.course.root), str(root))

    results = json.loads(run(root, "check", "day1", "--json", "-").stdout)

    assert [one["status"] for one in results["exercises"]] == ["done"] * 3


# The other commands


def test_hints_know_the_solution(workshop):
    shutil.copy(HERE / "submissions/weak" / CALCULATOR, workshop / "exercises" / CALCULATOR)

    said(workshop, "hint", "day1", "-e", "1")

    assert "The test that is meant to find it: test_" in said(workshop, "hint", "day1", "-e", "1")


def test_the_solution_is_shown(workshop):
    solution = (HERE / "toy/solutions" / CALCULATOR).read_text()

    assert " ".join(solution.split()) in said(workshop, "solution", "day1", "-e", "1", "--yes")


def test_earlier_days_are_completed(workshop):
    said(workshop, "catch-up", "day2")

    solution = HERE / "toy/solutions" / CALCULATOR
    assert (workshop / "exercises" / CALCULATOR).read_bytes() == solution.read_bytes()


def test_a_scaffold_is_brought_back(workshop):
    file = workshop / "exercises" / CALCULATOR
    scaffold = file.read_bytes()
    file.write_text("# mine\n")

    assert "is the scaffold again" in said(workshop, "reset", "day1", "-e", "1")
    assert file.read_bytes() == scaffold


def test_progress_counts_all_days(workshop):
    assert "0 of 4 exercises done" in said(workshop, "progress")


@pytest.mark.parametrize("gate", ["chaffs", "tasks", "scaffolds", "solutions"])
def test_gates_are_open(workshop, gate):
    assert f"✔ day1 {gate}" in said(workshop, "verify", "day1", "--only", gate)


def test_a_guides_commands_are_tried_with_the_exercises_solved(workshop):
    guide = workshop / "exercises/day1/README.md"
    solved = f"cmp exercises/{CALCULATOR} solutions/{CALCULATOR}"
    guide.write_text(f"{guide.read_text()}\n```bash\n{solved}\n```\n")

    assert "✔ day1 commands" in said(workshop, "verify", "day1", "--only", "commands")


# Where they are taken from


def test_they_lie_below_the_cache_once(workshop, main):
    commit = main.git("rev-parse", "refs/heads/solutions").strip()

    folder = Course(workshop).solutions

    assert folder == workshop / f".cache/solutions/{commit}/solutions"
    made = folder.stat().st_ino
    assert Course(workshop).solutions.stat().st_ino == made
    assert [path.name for path in (workshop / ".cache/solutions").iterdir()] == [commit]


def test_a_folder_solutions_comes_first(workshop):
    shutil.copytree(HERE / "toy/solutions", workshop / "solutions")

    assert Course(workshop).solutions == workshop / "solutions"


def test_what_a_change_of_branches_leaves_of_the_folder_does_not(workshop):
    (workshop / "solutions/day1/__pycache__").mkdir(parents=True)

    assert Course(workshop).solutions.is_relative_to(workshop / ".cache")


def test_the_branch_here_is_enough(workshop, main):
    git(workshop, "branch", "solutions", "origin/solutions")
    git(workshop, "branch", "--unset-upstream", "solutions")
    git(workshop, "update-ref", "-d", "refs/remotes/origin/solutions")

    assert (Course(workshop).solutions / CALCULATOR).is_file()


def test_a_branch_here_that_is_behind_that_of_origin_does_not(workshop, main):
    git(workshop, "branch", "solutions", "origin/solutions")
    newest = add_a_solution(main)
    git(workshop, "fetch", "--quiet")

    assert Course(workshop).solutions.parent.name == newest


def test_a_branch_that_went_its_own_way_is_kept_to(workshop, main):
    mine = git(workshop, "commit-tree", "-m", "Mine.", "origin/solutions^{tree}").strip()
    git(workshop, "update-ref", "refs/heads/solutions", mine)

    assert Course(workshop).solutions.parent.name == mine


def test_a_branch_for_the_attendees_own_solutions_is_none(workshop, main):
    git(workshop, "branch", "solutions", "workshop")
    published = main.git("rev-parse", "refs/heads/solutions").strip()

    assert Course(workshop).solutions.parent.name == published


def test_a_course_in_a_folder_of_a_repository_is_found(main, tmp_path):
    root = main.course.root
    shutil.move(root / ".git", tmp_path / ".git")
    main.commit("Moved one folder down.")
    for name in ("workshop", "solutions"):
        git(tmp_path, "branch", "-D", name)
    branches.make(source.find(root, "HEAD"))
    shutil.rmtree(root / "solutions")

    assert (Course(root).solutions / CALCULATOR).is_file()


def test_a_new_commit_of_the_branch_is_taken_and_the_oldest_goes(workshop, main, monkeypatch):
    monkeypatch.setattr(exported, "KEPT", 1)
    first = Course(workshop).solutions
    newest = add_a_solution(main)
    git(workshop, "fetch", "--quiet")

    folder = Course(workshop).solutions

    assert folder.parent.name == newest
    assert (folder / "day1/more.py").is_file()
    assert not first.exists()


def test_of_two_that_make_it_at_once_the_first_one_wins(workshop, monkeypatch):
    first = Course(workshop).solutions
    monkeypatch.setattr(Path, "is_dir", once(False, Path.is_dir, first.parent))

    assert exported.solutions(workshop) == first
    assert [path.name for path in first.parents[1].iterdir()] == [first.parent.name]


def once(answer, otherwise, place):
    """What answers something else for this place, the first time."""
    left = [answer]
    return lambda path, **how: left.pop() if path == place and left else otherwise(path, **how)


def test_where_they_cannot_be_kept_it_is_told(workshop):
    (workshop / ".cache").write_text("A file.")

    with pytest.raises(CheckerError, match=r"cannot be kept in .*: .*\. Make the folder writable"):
        Course(workshop).day("day1")


# Where they are nowhere


def test_a_clone_of_one_branch_is_told_how_to_get_them(main, tmp_path):
    root = clone(main, tmp_path / "single", "--single-branch")

    done = run(root, "check", "day1")

    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        f"Error: There are no solutions in {root}/solutions, and neither a branch solutions nor "
        f"origin/solutions that has them. Fetch them with `{FETCH}`, or name the workshop's "
        "repository with --root.\n"
    )


@pytest.mark.parametrize("options", [[], ["--single-branch"]], ids=["all", "one"])
def test_what_it_is_told_to_do_helps(main, tmp_path, options):
    root = clone(main, tmp_path / "clone", *options)
    git(root, *FETCH.split()[1:])

    assert (Course(root).solutions / CALCULATOR).is_file()


def test_a_downloaded_archive_is_told_to_clone(workshop):
    shutil.rmtree(workshop / ".git")

    with pytest.raises(CheckerError, match=r"no branch to take them from \(fatal: not a git repos"):
        Course(workshop).day("day1")


def test_without_git_it_is_told_so_too(workshop, monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(CheckerError, match=r"There is no git on this machine. Install it\)"):
        Course(workshop).day("day1")


def test_solutions_that_are_nowhere_cannot_be_judged_either(main, tmp_path):
    root = clone(main, tmp_path / "single", "--single-branch")

    assert FETCH in run(root, "check", "day1", "--of", "solutions").stderr
