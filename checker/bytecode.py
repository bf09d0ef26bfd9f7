"""The application's bytecode: made once for all runs, so that none has to compile it again."""

import compileall
import marshal
import os
import sys
from contextlib import suppress
from pathlib import Path
from py_compile import PycInvalidationMode

from checker import fingerprint, kept

CHANGED = 1_000_000_000  # when each file of a copy was, to all appearance: bytecode tells by that
KEPT = 4  # of as many versions of the application


def lay_out(copy: Path, cache: Path) -> None:
    """Lay the bytecode of a folder of code beside it; Python believes it until a text is changed.

    Args:
        copy: Of the application's code; nobody has imported anything of it.
        cache: The folder where bytecode is kept, by the content of what it was made of.
    """
    for source in copy.rglob("*.py"):
        os.utime(source, (CHANGED, CHANGED))
    file = cache / fingerprint.of(sys.version, fingerprint.of_folders(copy, "."))
    try:
        compiled = marshal.loads(file.read_bytes())
        os.utime(file)
    except (OSError, EOFError, ValueError, TypeError):  # not there, or damaged
        compileall.compile_dir(copy, quiet=2, invalidation_mode=PycInvalidationMode.TIMESTAMP)
        paths = copy.rglob("*.pyc")
        compiled = {path.relative_to(copy).as_posix(): path.read_bytes() for path in paths}
        with suppress(OSError):  # it cannot be kept
            kept.write(file, marshal.dumps(compiled))
            kept.keep_newest(KEPT, cache)
    else:
        for place, content in compiled.items():
            (copy / place).parent.mkdir(exist_ok=True)
            (copy / place).write_bytes(content)
