"""The gate over notebooks."""

import json
import subprocess
import sys

from checker.course import Course
from checker.runner import Runner

SECONDS = 600


def each_runs_and_keeps_no_output(course: Course, day: str, runner: Runner) -> list[str]:
    """Each notebook runs from top to bottom, and is kept without outputs."""
    problems = []
    for notebook in sorted((course.root / "notebooks").glob("*.ipynb")):
        content = json.loads(notebook.read_text(encoding="utf-8"))
        if any(cell.get("outputs") for cell in content["cells"]):
            problems.append(f"{notebook.name} keeps outputs: clear them before you commit.")
        command = [sys.executable, "-m", "nbconvert", "--to", "notebook", "--execute", "--stdout"]
        done = subprocess.run(
            [*command, str(notebook)],
            cwd=notebook.parent,
            capture_output=True,
            text=True,
            timeout=SECONDS,
        )
        if done.returncode != 0:
            problems.append(f"{notebook.name} does not run:\n{done.stderr[-800:]}")
    return problems
