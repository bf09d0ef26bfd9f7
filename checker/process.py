"""A process that runs somebody else's code: what it sees, what it may use, and how it ends."""

import contextlib
import os
import re
import shutil
import signal
import subprocess
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path

# What a run may see of the checker's own environment: enough to find Python and its libraries.
KEPT_VARIABLES = ("PATH", "LANG", "LC_ALL", "SYSTEMROOT", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")
# One thread each, and servers one worker: runs go side by side, and results must not depend on the
# number of cores.
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
ONE_OF_EACH = dict.fromkeys((*THREADS, "WEB_CONCURRENCY"), "1")
GLANCE = 0.5  # seconds from one look at what a run uses to the next
MANY_LOOKS = 100  # at what is dying


MEMORY = Path("/dev/shm")  # Linux keeps these files in memory
ENOUGH = 2 * 2**30  # bytes free there
OURS = re.compile(r"(check|stage|report)-(?P<pid>\d+)-\w+")
LONG_AGO = 600  # seconds: a process of another container may not be ours to see


def scratch() -> str | None:
    """Where runs have their files: in memory where there is room and nobody wishes otherwise.

    None is wherever temporary files go. A run makes hundreds of small files, which a disk may take
    longer for than the run itself takes.
    """
    wished = any(os.environ.get(name) for name in ("TMPDIR", "TEMP", "TMP"))
    if wished or not os.access(MEMORY, os.W_OK | os.X_OK):
        return None
    return str(MEMORY) if shutil.disk_usage(MEMORY).free >= ENOUGH else None


def prefix(kind: str) -> str:
    """What the name of a temporary folder of ours begins with; it tells whose it is."""
    return f"{kind}-{os.getpid()}-"


def remove_leftovers() -> None:
    """Remove what a checker that was killed has left; it may lie in memory."""
    for folder in Path(scratch() or tempfile.gettempdir()).glob("*-*-*"):
        if (whose := OURS.fullmatch(folder.name)) and _is_abandoned(folder, int(whose["pid"])):
            shutil.rmtree(folder, ignore_errors=True)


def _is_abandoned(folder: Path, pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return time.time() - folder.stat().st_mtime > LONG_AGO
    except (OSError, OverflowError):
        pass
    return False


@dataclass(frozen=True)
class Limits:
    """What a run may use: seconds of wall time, bytes of output, of memory, of files, processes."""

    seconds: float = 60
    output: int = 1_000_000
    memory: int = 4 * 2**30
    file_size: int = 512 * 2**20
    disk: int = 2**30  # of all files in its workspace
    processes: int = 256


def environment(workspace: Path) -> dict[str, str]:
    """The environment variables of a process that runs in the workspace."""
    kept = {name: os.environ[name] for name in KEPT_VARIABLES if name in os.environ}
    own = {
        "HOME": str(workspace / "home"),
        "TMPDIR": str(workspace / "tmp"),
        "PYTHONPATH": str(workspace),
        "PYTHONHASHSEED": "0",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONUTF8": "1",
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
        "NO_COLOR": "1",
    }
    return kept | ONE_OF_EACH | own


def end_group(process) -> None:
    """Kill the process and its group: all that it started, but for what has left the group."""
    if hasattr(os, "killpg"):  # Windows has no process groups
        # nobody is left; macOS says so by permission
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    process.kill()
    process.wait()


def end_strays(place: Path) -> None:
    """Kill what has left its group, and still has the `environment` of the place to tell it by."""
    for _ in range(MANY_LOOKS):
        strays = [pid for pid in _processes() if _is_of(pid, place)]
        if not strays:
            return
        for pid in strays:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)


def _is_of(pid: int, place: Path) -> bool:
    try:
        variables = Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
    except OSError:  # gone, or somebody else's
        return False
    return os.fsencode(f"PYTHONPATH={place}") in variables


def wait_within(process, workspace: Path, limits: Limits) -> str:
    """Wait for the end, and tell how it came: finished, or a key of `outcome.HOW_IT_ENDED`."""
    deadline = time.monotonic() + limits.seconds
    while (left := deadline - time.monotonic()) > 0:
        try:
            process.wait(timeout=min(GLANCE, left))
            return "finished"
        except subprocess.TimeoutExpired:
            if ended := overuse(process, workspace, limits):
                return ended
    return "timeout"


def exceeded(ended: str, limits: Limits) -> str:
    """Which limit it was, of a run that did not finish."""
    return {
        "timeout": f"more than {limits.seconds:g} seconds",
        "flooded": f"more than {limits.output:,} characters",
        "overfilled": f"more than {limits.disk // 2**20:,} MB",
        "overcrowded": f"more than {limits.processes:,} processes",
    }[ended]


def overuse(process, workspace: Path, limits: Limits) -> str | None:
    """How a run that goes on uses more than its limits, as a key of `outcome.HOW_IT_ENDED`."""
    if _disk_use(workspace) > limits.disk:
        return "overfilled"
    if _group_size(process.pid) > limits.processes:
        return "overcrowded"
    return None


def _disk_use(folder: Path) -> int:
    used, folders = 0, [os.fspath(folder)]
    while folders:  # without recursion: tests may nest folders deeper than Python nests calls
        with contextlib.suppress(OSError), os.scandir(folders.pop()) as entries:
            for entry in entries:
                used += _size(entry)
                if entry.is_dir(follow_symlinks=False):
                    folders.append(entry.path)
    return used


def _size(entry: os.DirEntry) -> int:
    try:
        return entry.stat(follow_symlinks=False).st_blocks * 512
    except OSError:  # gone since it was listed
        return 0


def _group_size(group: int) -> int:
    """How many processes the group has, where the system tells; 0 elsewhere."""
    return sum(_group_of(pid) == group for pid in _processes())


def _processes() -> list[int]:
    """The ids of all processes, where the system lists them; none elsewhere."""
    return [int(path.name) for path in Path("/proc").glob("[0-9]*")]


def _group_of(pid: int) -> int | None:
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(errors="replace")
        return int(stat.rpartition(")")[2].split()[2])
    except (OSError, ValueError, IndexError):
        return None


class Output:
    """Reads what a process prints, and ends the process where it prints without end."""

    def __init__(self, process, limit: int):
        self.flooded = False
        self._process = process
        self._limit = limit
        self._chunks: list[bytes] = []
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def finish(self) -> str:
        """All that was printed. A process that escaped its group may hold the pipe: don't wait."""
        self._reader.join(timeout=1)
        return b"".join(self._chunks).decode(errors="replace")

    def _read(self) -> None:
        size = 0
        while chunk := self._process.stdout.read1(65536):
            self._chunks.append(chunk)
            size += len(chunk)
            if size > self._limit:
                self.flooded = True
                end_group(self._process)
                break
        self._process.stdout.close()
