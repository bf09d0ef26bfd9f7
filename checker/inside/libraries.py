"""Which modules of others a process has imported."""

import sys


def imported(known: set[str], workspace: str) -> list[str]:
    """Those that are not known and not of the workspace, by names that can be imported."""
    return [
        name
        for name, module in list(sys.modules.items())
        if name not in known
        and (spec := getattr(module, "__spec__", None))
        and spec.name == name
        and spec.origin
        and not spec.origin.startswith(workspace)
    ]
