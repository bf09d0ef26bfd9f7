"""What libraries read and find once a process, done once in the warm process for all its forks.

No function here leaves a thread, a connection, or tracing behind, or changes the environment.
"""

import contextlib
import functools
import pathlib
import sys

heated: set[str] = set()


def preheat() -> None:
    """Use each of these libraries once that has been imported; one that changes is only slower."""
    for name, use in USES.items():
        if name in sys.modules and name not in heated:
            heated.add(name)
            with contextlib.suppress(Exception):
                use()


def boto() -> None:
    """Look for the descriptions of all services and read those of S3, as the first client does."""
    from botocore import session

    session.create_loader = functools.cache(session.create_loader)
    client = session.Session().create_client
    client("s3", "us-east-1", aws_access_key_id="none", aws_secret_access_key="none")


def moto() -> None:
    """Read what moto adds to the description of S3."""
    from moto.core import utils

    utils.get_service_model("s3")
    utils.get_pagination_model("s3")


def thread_pools() -> None:
    """Find the libraries that have threads."""
    from threadpoolctl import ThreadpoolController

    ThreadpoolController()


def pytest_config() -> None:
    """Register pytest's own plugins with their options, for the first session of each fork."""
    from _pytest import config

    make = config.get_config
    ready = [make(["-p", "no:cacheprovider"])]

    def get_config(args=None, plugins=None, **how):
        if not ready:
            return make(args, plugins, **how)
        one = ready.pop()
        here = pathlib.Path.cwd()
        one.invocation_params = one.InvocationParams(args=args, plugins=plugins, dir=here)
        return one

    config.get_config = get_config


def coverage() -> None:
    """Import what measuring needs, and compile its patterns."""
    from coverage import Coverage

    measured = Coverage(data_file=None, config_file=False, include=["none"])
    measured.start()
    measured.stop()


USES = {
    "_pytest.config": pytest_config,
    "botocore": boto,
    "moto.core.utils": moto,
    "threadpoolctl": thread_pools,
    "coverage": coverage,
}
