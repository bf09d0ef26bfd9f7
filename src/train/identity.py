"""What determines a model, and the id that follows from it."""

import hashlib
import json
import sys
from importlib.metadata import version

from src.config import ROOT

NUMERIC_PACKAGES = ("numpy", "pandas", "scikit-learn", "scipy")


def id_of(determinants: dict[str, object]) -> str:
    """Id of the model that is determined by all this: 40 hexadecimal digits."""
    canonical = json.dumps(determinants, sort_keys=True, separators=(",", ":"))
    return hashlib.sha1(canonical.encode(), usedforsecurity=False).hexdigest()


def code_hash() -> str:
    """SHA-256 of the source that determines a model, whatever its line endings."""
    digest = hashlib.sha256()
    for path in sorted([*(ROOT / "src" / "train").rglob("*.py"), ROOT / "src" / "schema.py"]):
        source = path.read_bytes().replace(b"\r\n", b"\n")
        name = path.relative_to(ROOT).as_posix()
        digest.update(f"{name} {len(source)}\n".encode() + source)
    return digest.hexdigest()


def packages() -> dict[str, str]:
    """Versions of the packages whose numbers a model depends on, and of Python."""
    python = f"{sys.version_info.major}.{sys.version_info.minor}"
    return {"python": python} | {name: version(name) for name in NUMERIC_PACKAGES}
