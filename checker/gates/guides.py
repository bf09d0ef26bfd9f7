"""Gates over what people read: links lead somewhere, commands work."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from checker.course import Course
from checker.runner import Runner

LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
FENCED = re.compile(r"^```bash\n(.*?)^```", re.MULTILINE | re.DOTALL)
MAKE = re.compile(r"\bmake ([a-z][a-z0-9-]*)")
TARGET = re.compile(r"^([a-z][a-z0-9%-]*):", re.MULTILINE)
SECONDS = 600  # that one command of a guide may take
NOT_PROSE = {".venv", ".cache", ".git", "output", "node_modules", "toy", "submissions"}


def links_lead_somewhere(course: Course, day: str, runner: Runner) -> list[str]:
    """Links lead to a file and heading that exist, and every make target named is one."""
    targets = _targets(course)
    problems = []
    for page in _pages(course):
        text = page.read_text(encoding="utf-8")
        shown = page.relative_to(course.root)
        for link in LINK.findall(text):
            if not link.startswith(("http://", "https://", "mailto:")) and _is_dead(page, link):
                problems.append(f"{shown}: the link {link} leads nowhere.")
        for name in sorted(set(_code_commands(text))):
            if not any(re.fullmatch(target.replace("%", ".+"), name) for target in targets):
                problems.append(f"{shown}: there is no make target {name}.")
    return problems


def commands_work(course: Course, day: str, runner: Runner) -> list[str]:
    """Each command in a bash block of the guide ends well where the exercises are solved."""
    guide = course.guide(day)
    blocks = FENCED.findall(guide.read_text(encoding="utf-8")) if guide.exists() else []
    commands = list(dict.fromkeys(line for block in blocks for line in block.splitlines() if line))
    if not commands:
        return []
    with tempfile.TemporaryDirectory(prefix="guide-", ignore_cleanup_errors=True) as folder:
        house = _solved_house(course, Path(folder) / "house")
        return [problem for command in commands if (problem := _try(command, house, guide))]


def _try(command: str, house: Path, guide: Path) -> str | None:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    python = Path(sys.executable).parent
    environment |= {"PATH": f"{python}{os.pathsep}{os.environ['PATH']}", "VENV": sys.prefix}
    try:
        done = subprocess.run(
            ["bash", "-c", command],
            cwd=house,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=SECONDS,
        )
    except subprocess.TimeoutExpired:
        return f"{guide.parent.name}: `{command}` takes more than {SECONDS} seconds."
    if done.returncode == 0:
        return None
    said = (done.stdout + done.stderr)[-800:]
    return f"{guide.parent.name}: `{command}` ends with status {done.returncode}:\n{said}"


def _solved_house(course: Course, house: Path) -> Path:
    """A copy of the repository with every solution laid over its exercise."""
    left_out = shutil.ignore_patterns("__pycache__", *NOT_PROSE)
    shutil.copytree(course.root, house, ignore=left_out)
    shutil.copytree(course.solutions, house / "solutions", ignore=left_out, dirs_exist_ok=True)
    for solution in (house / "solutions").rglob("*.py"):
        if not solution.name.startswith("check_"):
            shutil.copy(solution, house / "exercises" / solution.relative_to(house / "solutions"))
    return house


def _pages(course: Course) -> list[Path]:
    return [
        page
        for page in sorted(course.root.rglob("*.md"))
        if not NOT_PROSE.intersection(page.relative_to(course.root).parts)
    ]


def _code_commands(text: str) -> list[str]:
    """The make targets named in code, fenced or inline; `make sure` in prose is none."""
    code = re.findall(r"```.*?```|`[^`\n]+`", text, re.DOTALL)
    return [name for piece in code for name in MAKE.findall(piece)]


def _targets(course: Course) -> list[str]:
    makefile = course.root / "Makefile"
    return TARGET.findall(makefile.read_text(encoding="utf-8")) if makefile.exists() else []


def _is_dead(page: Path, link: str) -> bool:
    name, _, anchor = link.partition("#")
    target = (page.parent / name).resolve() if name else page
    if not target.exists():
        return True
    return bool(anchor) and target.suffix == ".md" and anchor not in _anchors(target)


def _anchors(page: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in headings}
