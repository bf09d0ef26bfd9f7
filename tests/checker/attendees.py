"""An attendee's copy of the toy course, with a git history, and with a second day to come to."""

import os
import shutil
import subprocess
from pathlib import Path

from checker.course import Course

TO_COME_TO = ("test_numbers.py", "test_numbers.toml")  # of Day 1, again on Day 2
ALONE = """
def helps():
    \"\"\"What other days need; no exercise.\"\"\"
    {body}
"""


class Attendee:
    """Works in a folder of their own, and commits there."""

    def __init__(self, toy: Course, folder: Path):
        shutil.copytree(toy.root, folder, ignore=shutil.ignore_patterns(".cache", "__pycache__"))
        self.course = Course(folder)
        for house in (self.course.exercises, self.course.solutions):
            (house / "day2").mkdir()
            for name in TO_COME_TO:
                if (house / "day1" / name).exists():
                    shutil.copy(house / "day1" / name, house / "day2")
        self.write("day1/helper.py", ALONE.format(body="raise NotImplementedError"))
        (self.course.solutions / "day1/helper.py").write_text(ALONE.format(body="return 'help'"))
        self.git("init", "--quiet", "--initial-branch=main")
        self.commit("The course.")

    def write(self, path: str, text: str) -> Path:
        """Write a file below exercises/."""
        file = self.course.exercises / path
        file.write_text(text, encoding="utf-8")
        return file

    def commit(self, message: str) -> None:
        """Commit all there is."""
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", f"--message={message}")

    def git(self, *arguments: str) -> str:
        """What git says in the folder."""
        return git(self.course.root, *arguments)

    def files(self) -> dict[str, str]:
        """Everything below exercises/, for comparison."""
        paths = sorted(self.course.exercises.rglob("*"))
        texts = {path: path.read_text(encoding="utf-8") for path in paths if path.is_file()}
        return {path.relative_to(self.course.exercises).as_posix(): texts[path] for path in texts}


def git(root: Path, *arguments: str) -> str:
    """What git says in a folder, whatever its settings on this machine."""
    environment = {
        "PATH": os.environ["PATH"],
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
        **{
            f"GIT_{who}_{what}": "a@example.org"
            for who in ("AUTHOR", "COMMITTER")
            for what in ("NAME", "EMAIL")
        },
    }
    done = subprocess.run(
        ["git", *arguments], cwd=root, env=environment, check=True, stdout=subprocess.PIPE
    )
    return done.stdout.decode()
