"""What libraries read and find once a process, done once in the warm process for all its forks.

No function here leaves a thread, a connection, or tracing behind, or changes the environment.
"""

import contextlib
import functools
import pathlib
import sys
import types

heated: set[str] = set()


def preheat() -> None:
    """Use each of these libraries once that has been imported; one that changes is only slower."""
    for name, use in USES.items():
        if name in sys.modules and name not in heated:
            heated.add(name)
            with contextlib.suppress(Exception):
                use()


def boto() -> None:
    """Look for the descriptions of all services and read those of S3, as the first client does.

    Each client reads how S3 is found, and each session looks at its own handlers of events: at
    their arguments, and for other names of the events.
    """
    from botocore import endpoint_provider, hooks, session

    session.create_loader = functools.cache(session.create_loader)
    make_rules, made = endpoint_provider.RuleSet, {}

    def rules_of(rules, **more):
        if id(rules) not in made:
            made[id(rules)] = rules, make_rules(rules=rules, **more)  # kept, and so their ids
        return made[id(rules)][1]

    endpoint_provider.RuleSet = rules_of
    hooks.accepts_kwargs = functools.cache(hooks.accepts_kwargs)
    names: dict[str, str] = {}
    make = hooks.EventAliaser.__init__

    def with_names(self, event_emitter, event_aliases=None) -> None:
        make(self, event_emitter, event_aliases)
        if event_aliases is None:
            self._alias_name_cache = names

    hooks.EventAliaser.__init__ = with_names
    own = session.Session()
    own.get_available_services()
    keys = {"aws_access_key_id": "none", "aws_secret_access_key": "none"}
    own.create_client("s3", "us-east-1", **keys).can_paginate("list_objects_v2")


def moto() -> None:
    """Read what moto adds to the description of S3."""
    from moto.core import utils

    utils.get_service_model("s3")
    utils.get_pagination_model("s3")


def mocked_s3() -> None:
    """Find and compile what the first requests to a mocked S3 need; it keeps nothing of them."""
    from boto3.session import Session
    from moto import mock_aws

    with mock_aws():
        s3 = Session().client("s3", region_name="us-east-1")
        s3.create_bucket(Bucket="preheated")
        s3.put_object(Bucket="preheated", Key="key", Body=b"body")
        s3.get_object(Bucket="preheated", Key="key")["Body"].read()
        s3.list_objects_v2(Bucket="preheated")


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


def pytest_fixtures() -> None:
    """Look for the fixtures of pytest's own plugins, among all else that their modules hold."""
    from _pytest import config, fixtures

    def found(owner) -> dict:
        named = {name: getattr(owner, name, None) for name in dir(owner)}
        kind = fixtures.FixtureFunctionDefinition
        return {name: one for name, one in named.items() if type(one) is kind}

    modules = [sys.modules[f"_pytest.{name}"] for name in config.default_plugins]
    classes = [one for module in modules for one in vars(module).values() if type(one) is type]
    without = {one for one in classes if not found(one)}
    with_less = {}
    for module in modules:
        with_less[module] = types.ModuleType(module.__name__)
        vars(with_less[module]).update(found(module))
    parse = fixtures.FixtureManager.parsefactories

    def parsefactories(self, *args, **how) -> None:
        holder = how.get("holder")
        if type(holder) not in without:
            small = with_less.get(holder) if type(holder) is types.ModuleType else None
            parse(self, *args, **how | ({"holder": small} if small else {}))

    fixtures.FixtureManager.parsefactories = parsefactories


def hypothesis() -> None:
    """Tell the modules of libraries from those of the application, whose constants it draws."""
    from hypothesis.internal.constants_ast import is_local_module_file

    for module in list(sys.modules.values()):
        if file := getattr(module, "__file__", None):
            is_local_module_file(file)


def pandas() -> None:
    """Make the first texts of a frame, for which Arrow gets ready."""
    from pandas import DataFrame

    DataFrame([{"text": "a", "number": 1.0}])


def sklearn() -> None:
    """Look at the parameters of each kind of estimator once, and not whenever one is cloned."""
    from sklearn.base import BaseEstimator

    look = BaseEstimator._get_param_names.__func__
    known = functools.cache(look)

    def names(cls) -> list[str]:
        is_theirs = cls.__module__.startswith("sklearn.")
        return list((known if is_theirs else look)(cls))

    BaseEstimator._get_param_names = classmethod(names)


def narwhals() -> None:
    """Look for plugins among all that is installed."""
    from narwhals.stable.v2 import from_native

    from_native(None, pass_through=True)


def pydantic() -> None:
    """Look for plugins among all that is installed."""
    from pydantic import TypeAdapter

    TypeAdapter(int)


def coverage() -> None:
    """Import what measuring needs, and compile its patterns."""
    from coverage import Coverage

    measured = Coverage(data_file=None, config_file=False, include=["none"])
    measured.start()
    measured.stop()


USES = {
    "_pytest.config": pytest_config,
    "_pytest.fixtures": pytest_fixtures,
    "botocore": boto,
    "moto.core.utils": moto,
    "moto.s3.models": mocked_s3,
    "threadpoolctl": thread_pools,
    "hypothesis.core": hypothesis,
    "pandas": pandas,
    "sklearn.base": sklearn,
    "narwhals": narwhals,
    "pydantic": pydantic,
    "coverage": coverage,
}
