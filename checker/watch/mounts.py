"""Whether the system can be relied on to tell of changes: not where folders are shared."""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

MOUNTINFO = Path("/proc/self/mountinfo")  # Linux; elsewhere the user decides

# Notifications tell nothing of what another machine, or the host of this one, has saved.
SHARED = {
    *("nfs", "nfs4", "cifs", "smb3", "smbfs", "afs", "ceph", "lustre"),  # over a network
    *("9p", "drvfs", "fakeowner", "prl_fs", "vboxsf", "virtiofs", "vmhgfs"),  # from the host
}


def reason_to_poll(
    folders: Iterable[Path], environ: Mapping[str, str], mountinfo: str, *, wished: bool = False
) -> str | None:
    """Why to look at the files every now and then, None where the system's word is enough.

    Args:
        folders: What is watched, absolute.
        environ: The environment; WATCHFILES_FORCE_POLLING in it is a wish, or with `false` the
            contrary.
        mountinfo: What /proc/self/mountinfo says (man 5 proc_pid_mountinfo).
        wished: The user asks for it.
    """
    wish = environ.get("WATCHFILES_FORCE_POLLING", "").lower()
    refused = wish in ("false", "disable", "disabled")
    if wished or (wish and not refused):
        return "as asked for"
    for folder in () if refused else folders:
        if kind := shared(folder, mountinfo):
            return f"{folder.name}/ is on a shared drive ({kind})"
    return None


def shared(path: Path, mountinfo: str) -> str | None:
    """The kind of shared file system that an absolute path is on, None for a local one."""
    kind = _file_system(path, mountinfo)
    return kind if kind in SHARED or kind.startswith("fuse.") else None


def _file_system(path: Path, mountinfo: str) -> str:
    longest, kind = 0, ""
    for line in mountinfo.splitlines():
        mount, _, device = line.partition(" - ")
        point = Path(_unescaped(mount.split()[4]))
        if path.is_relative_to(point) and len(point.parts) >= longest:  # a later one covers it
            longest, kind = len(point.parts), device.split()[0]
    return kind


def _unescaped(point: str) -> str:
    return re.sub(r"\\(\d{3})", lambda octal: chr(int(octal[1], 8)), point)
