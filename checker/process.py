"""A process that runs somebody else's code: what it sees, what it may use, and how it ends."""

import os
import signal
import threading
from dataclasses import dataclass
from pathlib import Path

# What a run may see of the checker's own environment: enough to find Python and its libraries.
KEPT_VARIABLES = ("PATH", "LANG", "LC_ALL", "SYSTEMROOT", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")
# One thread each: runs go side by side, and results must not depend on the number of cores.
ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")


@dataclass(frozen=True)
class Limits:
    """What a run may use: seconds of wall time, bytes of output, of memory, of each file."""

    seconds: float = 60
    output: int = 1_000_000
    memory: int = 4 * 2**30
    file_size: int = 512 * 2**20


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
    return kept | ONE_THREAD | own


def end_group(process) -> None:
    """Kill the process and all that it started."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):  # nobody is left; macOS says so by permission
        pass
    except AttributeError:  # Windows has no process groups
        process.kill()
    process.wait()


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
