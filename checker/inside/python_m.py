"""`python -m module arguments`, done by a process that runs already."""

import atexit
import contextlib
import os
import runpy
import signal
import sys
import threading
import traceback


def run(module: str, arguments: list[str]) -> int:
    """Run the module as a program, and answer the status that Python would end with."""
    sys.path.insert(0, os.getcwd())
    sys.argv = [module, *arguments]
    sys.modules.pop(module, None)  # a fork may have it as a library
    try:
        runpy.run_module(module, run_name="__main__", alter_sys=True)
        status = 0
    except SystemExit as end:
        status = _status(end.code)
    except KeyboardInterrupt:
        traceback.print_exc()
        status = -signal.SIGINT
    except BaseException:
        traceback.print_exc()
        status = 1
    with contextlib.suppress(BaseException):  # as Python: what fails now changes nothing
        threading._shutdown()  # waits for threads, but for daemons
    with contextlib.suppress(BaseException):
        atexit._run_exitfuncs()
    return status


def _status(code: object) -> int:
    """What `sys.exit(code)` means; a text is told."""
    if code is None or isinstance(code, int):
        return (code or 0) & 0xFF
    print(code, file=sys.stderr)
    return 1
