"""Environments of the peers: made once, below .cache/peers, with uv."""

import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

PATIENCE = 600  # seconds that an installation may take
MARK = "installed.txt"  # what is in an environment that is whole


class NotInstalled(Exception):
    """Says why a peer could not be installed."""


def programs_of(
    folder: Path, packages: Sequence[str], say: Callable[[str], None], uv: Sequence[str] = ()
) -> Path:
    """Answer the folder of programs of an environment with these packages, made if need be.

    Args:
        folder: of the environment.
        packages: with their versions.
        say: told what is done, and how long it took.
        uv: the command to run; by default that of our own environment.

    Raises:
        NotInstalled: uv could not, as where there is no network.
    """
    programs = folder / ("Scripts" if sys.platform == "win32" else "bin")
    wished = "\n".join(packages)
    mark = folder / MARK
    if mark.exists() and mark.read_text(encoding="utf-8") == wished:
        return programs
    started = time.monotonic()
    say(f"installing {', '.join(packages[:2])}, ... into {folder}: once, it may take minutes")
    uv = uv or (sys.executable, "-m", "uv")
    _run([*uv, "venv", "--quiet", "--clear", "--python", sys.executable, folder])
    _run([*uv, "pip", "install", "--quiet", "--python", programs / "python", *packages])
    mark.write_text(wished, encoding="utf-8")
    say(f"installed in {time.monotonic() - started:.0f} s")
    return programs


def _run(command: Sequence[object]) -> None:
    try:
        done = subprocess.run(
            [str(part) for part in command], capture_output=True, text=True, timeout=PATIENCE
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise NotInstalled(str(error)) from error
    if done.returncode:
        lines = done.stderr.strip().splitlines() or ["without a word"]
        raise NotInstalled(lines[-1].strip())
