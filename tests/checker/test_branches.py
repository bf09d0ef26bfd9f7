"""The branches made of main: what is in them, and that nothing else is touched."""

import hashlib
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from checker import branches, source
from checker.commands.branches import command
from checker.course import Course
from checker.errors import CheckerError
from tests.checker.attendees import Attendee, git

CALCULATOR = "day1/test_calculator.py"
SOLVED = {
    "exercises/day1/countdown.py",
    "exercises/day1/helper.py",  # no exercise, but others need it
    "exercises/day1/test_calculator.py",
    "exercises/day1/test_numbers.py",
    "exercises/day2/test_numbers.py",
}


@pytest.fixture
def main(toy, tmp_path) -> Attendee:
    """Somebody who works on the course, on main."""
    return Attendee(toy, tmp_path / "main")


class Colleague(Attendee):
    """Has cloned what there is."""

    def __init__(self, folder: Path):
        self.course = Course(folder)


def make(main: Attendee, rev: str = "HEAD") -> dict[str, branches.Branch]:
    """The branches by their names."""
    made = branches.make(source.find(main.course.root, rev))
    return {branch.name: branch for branch in made}


def said(main: Attendee, *arguments: str) -> list[str]:
    """The lines that the command prints."""
    done = CliRunner().invoke(command, arguments, obj=main.course)
    if done.exception:
        raise done.exception
    return done.output.splitlines()


def refusal(main: Attendee, rev: str = "HEAD") -> str:
    with pytest.raises(CheckerError) as error:
        make(main, rev)
    return str(error.value)


def files(main: Attendee, ref: str) -> dict[str, str]:
    """Each path of a commit, with mode and content."""
    entries = main.git("ls-tree", "-r", ref).splitlines()
    return {path: entry for entry, _, path in (line.partition("\t") for line in entries)}


def commits(main: Attendee, name: str) -> list[str]:
    """Those of a branch, newest first."""
    return main.git("rev-list", f"refs/heads/{name}").split()


def add_a_line(main: Attendee, path: str = "day1/README.md") -> None:
    file = main.course.exercises / path
    main.write(path, file.read_text(encoding="utf-8") + "# more\n")


def clone(main: Attendee, folder: Path) -> Attendee:
    git(main.course.root, "clone", "--quiet", f"file://{main.course.root}", str(folder))
    return Colleague(folder)


# What is in them


def test_workshop_is_main_without_solutions(main):
    make(main)

    whole = files(main, "main")
    assert files(main, "refs/heads/workshop") == {
        path: entry for path, entry in whole.items() if not path.startswith("solutions/")
    }


def test_solutions_is_main_with_every_solution_laid_over_its_exercise(main):
    make(main)

    whole = files(main, "main")
    laid_over = {path: whole[path.replace("exercises/", "solutions/")] for path in SOLVED}
    assert files(main, "refs/heads/solutions") == whole | laid_over


def test_modes_and_names_are_kept(main):
    solution = main.course.solutions / "day1/a «solution».py"
    solution.write_text("SOLVED = True\n")
    solution.chmod(0o755)
    main.commit("A name with spaces.")

    make(main)

    whole, solved = files(main, "main"), files(main, "refs/heads/solutions")
    (path,) = [path for path in whole if "solution\\302" in path]  # as git quotes it
    assert whole[path].startswith("100755")
    assert solved[path.replace("solutions/", "exercises/")] == whole[path]


def test_a_course_in_a_folder_of_a_repository_is_found(main):
    root = main.course.root
    shutil.move(root / ".git", root.parent / ".git")
    main.commit("Moved one folder down.")

    make(main)

    assert "main/solutions/" not in "".join(files(main, "refs/heads/workshop"))
    solved = git(root.parent, "show", f"refs/heads/solutions:main/exercises/{CALCULATOR}")
    assert solved == (main.course.solutions / CALCULATOR).read_text()


def test_another_commit_than_the_one_checked_out(main):
    before = files(main, "HEAD")
    add_a_line(main)
    main.commit("More.")

    make(main, "HEAD~1")

    assert files(main, "refs/heads/solutions").keys() == before.keys()
    assert files(main, "refs/heads/workshop").items() <= before.items()


# What is not touched


def test_work_tree_index_and_head_are_as_before(main):
    add_a_line(main)
    main.git("add", "--all")
    add_a_line(main, "day1/countdown.py")
    (main.course.root / "untracked.txt").write_text("Not committed.")
    before = fingerprints(main)

    said(main)

    assert fingerprints(main) == before


def fingerprints(main: Attendee) -> dict[str, tuple[int, str]]:
    """Of all files, and of what git says is checked out and staged."""
    git_folder = main.course.root / ".git"
    paths = [path for path in main.course.root.rglob("*") if git_folder not in path.parents]
    paths += [git_folder / "index", git_folder / "HEAD", git_folder / "refs/heads/main"]
    return {
        str(path): (path.stat().st_mtime_ns, hashlib.sha256(path.read_bytes()).hexdigest())
        for path in paths
        if path.is_file()
    }


# Again


def test_made_again_nothing_is_new(main):
    first = said(main)
    before = {name: commits(main, name) for name in ("workshop", "solutions")}

    again = said(main)

    assert [line.rpartition("  ")[2] for line in first[:2]] == ["one new commit"] * 2
    assert again[:2] == [line.replace("one new commit", "nothing new") for line in first[:2]]
    assert {name: commits(main, name) for name in before} == before


def test_a_new_main_is_one_new_commit_on_each(main):
    make(main)
    before = {name: commits(main, name) for name in ("workshop", "solutions")}
    add_a_line(main)
    main.commit("One.")
    add_a_line(main)
    main.commit("Two.")

    make(main)

    assert {name: commits(main, name)[1:] for name in before} == before
    assert main.git("log", "-1", "--format=%s", "refs/heads/workshop") == "Two.\n"


def test_a_branch_that_a_change_does_not_concern_stays(main):
    make(main)
    before = commits(main, "workshop")
    solution = main.course.solutions / CALCULATOR
    solution.write_text(solution.read_text() + "# more\n")
    main.commit("A better solution.")

    made = make(main)

    assert (made["workshop"].is_new, made["solutions"].is_new) == (False, True)
    assert commits(main, "workshop") == before


def test_they_are_the_same_wherever_they_are_made(main, tmp_path):
    other = clone(main, tmp_path / "other")

    assert make(other) == make(main)
    person = "--format=%an %ae %ad %cn %ce %cd"
    assert main.git("log", "-1", person, "refs/heads/workshop") == main.git("log", "-1", person)


def test_they_go_on_where_origin_is(main, tmp_path):
    make(main)
    other = clone(main, tmp_path / "other")
    add_a_line(other)
    other.commit("More.")

    make(other)

    other.git("push", "--quiet", "origin", "workshop", "solutions")  # or git refuses it
    assert len(commits(main, "workshop")) == len(commits(main, "solutions")) == 2


def test_what_origin_has_already_is_taken(main, tmp_path):
    make(main)
    other = clone(main, tmp_path / "other")

    lines = said(other)

    assert [line.rpartition("  ")[2] for line in lines[:2]] == ["as far as origin's"] * 2
    assert commits(other, "workshop") == commits(main, "workshop")


# What is said


def test_the_command_tells_what_was_made_of_what_and_what_comes_next(main):
    lines = said(main)

    assert lines == [
        f"workshop   {commits(main, 'workshop')[0][:10]}  one new commit",
        f"solutions  {commits(main, 'solutions')[0][:10]}  one new commit",
        f"Made of {commits(main, 'main')[0][:10]} The course.",
        "Next: git push origin workshop solutions",
    ]


@pytest.mark.parametrize("path", [CALCULATOR, "day1/test_new.py"], ids=["changed", "new"])
def test_changes_that_are_not_committed_are_told(main, path):
    main.write(path, "# not committed\n")

    assert "Changes that are not committed are not in them." in said(main)


def test_of_another_commit_nobody_expects_them(main):
    main.write(CALCULATOR, "# not committed\n")
    main.git("commit", "--quiet", "--allow-empty", "--message=More.")

    assert "Changes that are not committed are not in them." not in said(main, "--from", "HEAD~1")


# What is refused


@pytest.mark.parametrize("name", ["workshop", "solutions"])
def test_a_branch_that_is_checked_out_somewhere(main, tmp_path, name):
    make(main)
    place = tmp_path / "elsewhere"
    main.git("worktree", "add", "--quiet", str(place), name)
    assert not make(main)[name].moved  # nothing is new: nobody minds
    add_a_line(main)
    main.commit("More.")
    before = main.git("for-each-ref")

    assert refusal(main) == (
        f"The branch {name} is checked out in {place}, and would change under the files there. "
        "Check out another one there (git switch main), then make branches again."
    )
    assert main.git("for-each-ref") == before


def test_a_branch_of_that_name_that_is_somebodys_work(main):
    make(main)
    main.git("checkout", "--quiet", "workshop")
    add_a_line(main)
    main.commit("A quick fix.")
    main.git("checkout", "--quiet", "main")
    before = main.git("for-each-ref")

    assert refusal(main) == (
        "The branch workshop ends with a commit that `make branches` has not made "
        f"({commits(main, 'workshop')[0][:10]} A quick fix.): it may be somebody's work. "
        "Give that branch another name."
    )
    assert main.git("for-each-ref") == before


def test_a_commit_without_solutions(main):
    make(main)

    assert refusal(main, "workshop") == (
        "There is no folder solutions/ in workshop. Name a commit of main with --from."
    )


def test_a_commit_whose_exercises_are_solved(main):
    make(main)

    assert refusal(main, "refs/heads/solutions") == (
        "All exercises are solved already in refs/heads/solutions: is it the branch solutions? "
        "Name a commit of main with --from."
    )


def test_a_commit_that_does_not_exist(main):
    assert refusal(main, "maine") == "There is no commit maine here. Name one with --from."


def test_a_folder_that_is_no_repository(main):
    shutil.rmtree(main.course.root / ".git")

    assert f"{main.course.root} is in no git repository" in refusal(main)


def test_a_machine_without_git(main, monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))

    assert refusal(main) == "There is no git on this machine. Install it."
