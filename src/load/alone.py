"""Locust started by itself: what it is not told comes from config.json."""

import os
import sys
from typing import Any, NoReturn

from src.config import DEFAULT_DATASET, DEFAULT_MODEL, Settings
from src.errors import UserError
from src.load.configuration import ALL
from src.load.loopback import refuse_strangers
from src.load.plan import Plan
from src.load.sources import Resolved, resolve


def set_defaults(parser: Any) -> None:
    """Give Locust's options the defaults of the configuration."""
    try:
        configuration = resolve({}, {}).configuration
    except UserError as error:
        _end(error)
    parser.set_defaults(
        host=configuration.host,
        num_users=configuration.users,
        spawn_rate=configuration.spawn_rate,
        run_time=configuration.seconds,
        stop_timeout=configuration.stop_timeout,
    )


def plan(environment: Any) -> Plan:
    """Answer the plan for one dataset and model, of the environment or the configuration."""
    from src.load.prepare import make_plan

    try:
        resolved = _resolved(environment)
        refuse_strangers(resolved)
        chosen = resolved.configuration
        dataset, model = chosen.dataset_name, chosen.model_name
        return make_plan(
            chosen,
            DEFAULT_DATASET if dataset == ALL else dataset,
            DEFAULT_MODEL if model == ALL else model,
            Settings.from_env(),
        )
    except UserError as error:
        _end(error)


def _resolved(environment: Any) -> Resolved:
    """The configuration with the host that Locust settled on, and where that came from."""
    host = environment.parsed_options.host
    if any(word.startswith(("-H", "--host")) for word in sys.argv[1:]):
        return resolve({"host": host}, os.environ)
    resolved = resolve({}, os.environ)
    if resolved.configuration.host == host:
        return resolved
    told = resolve({"host": host}, os.environ)
    return Resolved(told.configuration, told.origins | {"host": "A file of Locust's"})


def _end(error: UserError) -> NoReturn:
    print(f"Error: {error}", file=sys.stderr)
    sys.exit(2)
