"""Test what became of the four copies: the check, the decorator, and who is decorated.

The check needs no S3 and no environment: hand it a dict. The decorator needs none of the four
functions: decorate one that you make for the test. Only who is decorated is found out by calling
the four, with a fake in the place of S3's client, which is given here.

Expect what the docstrings of aws_config.py promise, and no more. Run by hand, these tests look at
your refactoring; the checker plants its bugs in ours. So it does not matter how far yours is.
"""

import inspect

import pytest

from exercises.day3.refactoring import aws_config
from exercises.day3.refactoring.aws_config import (
    ConfigurationError,
    check_configuration,
    configured,
)

COMPLETE = {"S3_BUCKET": "models", "AWS_REGION": "eu-west-1"}
KEYS = {"AWS_ACCESS_KEY_ID": "AKIA", "AWS_SECRET_ACCESS_KEY": "hush-hush"}
OPTIONAL = [*KEYS, "AWS_ENDPOINT_URL_S3"]


@pytest.fixture(autouse=True)
def environment(monkeypatch):
    """The environment, complete; `environment.delenv("AWS_REGION")` breaks it for one test."""
    for name, value in COMPLETE.items():
        monkeypatch.setenv(name, value)
    for name in OPTIONAL:
        monkeypatch.delenv(name, raising=False)
    return monkeypatch


class NoS3:
    """A client that must not be asked for anything."""

    def __getattr__(self, method):
        raise AssertionError(f"S3 was asked: {method}")


# The check


@pytest.mark.parametrize(
    "environ",
    [
        pytest.param(COMPLETE, id="no more than needed"),
        pytest.param(COMPLETE | KEYS, id="keys"),
        pytest.param(COMPLETE | {"AWS_ENDPOINT_URL_S3": "http://127.0.0.1:9000"}, id="http"),
        pytest.param(COMPLETE | {"AWS_ENDPOINT_URL_S3": "https://s3.example"}, id="https"),
        pytest.param(COMPLETE | dict.fromkeys(OPTIONAL, ""), id="empty"),
    ],
)
def test_a_complete_configuration_is_accepted(environ):
    """What may be left out is left out, empty, or set as it should be: nothing is raised."""
    check_configuration(environ)


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"S3_BUCKET": ""}, "S3_BUCKET"),
        ({"AWS_REGION": ""}, "AWS_REGION"),
        ({"AWS_ENDPOINT_URL_S3": "127.0.0.1:9000"}, "AWS_ENDPOINT_URL_S3"),
        ({"AWS_ENDPOINT_URL_S3": "s3://models"}, "AWS_ENDPOINT_URL_S3"),
        ({"AWS_ACCESS_KEY_ID": "AKIA"}, "AWS_ACCESS_KEY_ID|AWS_SECRET_ACCESS_KEY"),
        ({"AWS_SECRET_ACCESS_KEY": "hush"}, "AWS_ACCESS_KEY_ID|AWS_SECRET_ACCESS_KEY"),
    ],
)
def test_a_wrong_value_is_refused(wrong, named):
    """One value of a complete mapping is wrong or empty: an error that names the variable."""
    with pytest.raises(ConfigurationError, match=named):
        check_configuration(COMPLETE | wrong)


@pytest.mark.parametrize("name", COMPLETE)
def test_what_is_given_is_checked_and_not_the_environment(name):
    """A mapping lacks a variable, which is set in the environment: an error that names it."""
    given = {other: value for other, value in COMPLETE.items() if other != name}

    with pytest.raises(ConfigurationError, match=name):
        check_configuration(given)


def test_without_a_mapping_the_environment_of_the_moment_is_checked(environment):
    """Complete, nothing is raised; a variable is taken away, and the next check names it."""
    check_configuration()
    environment.delenv("AWS_REGION")

    with pytest.raises(ConfigurationError, match="AWS_REGION"):
        check_configuration()


def test_a_secret_is_not_told():
    """The secret is there and the id of the key is not: the error does not show the secret."""
    with pytest.raises(ConfigurationError) as error:
        check_configuration(COMPLETE | {"AWS_SECRET_ACCESS_KEY": "hush-hush"})

    assert "hush-hush" not in str(error.value)


# The decorator, alone


def test_a_decorated_function_looks_as_before():
    """Its name, its docstring and what inspect.signature tells are those of the function."""

    def greet(name: str, *, loudly: bool = False) -> str:
        """Greet somebody."""

    decorated = configured(greet)

    assert decorated.__name__ == "greet"
    assert decorated.__doc__ == "Greet somebody."
    assert inspect.signature(decorated) == inspect.signature(greet)


def test_arguments_and_result_pass_through():
    """By position and by name, with a default and without arguments at all."""

    @configured
    def arguments(*args, **kwargs):
        return args, kwargs

    assert arguments() == ((), {})
    assert arguments(1, [2], three=3) == ((1, [2]), {"three": 3})


def test_an_error_passes_through():
    """What the function raises comes out as it is, and the function was called once."""
    error, calls = LookupError("no such model"), []

    @configured
    def fail():
        calls.append("a call")
        raise error

    with pytest.raises(LookupError) as raised:
        fail()

    assert raised.value is error
    assert calls == ["a call"]


def test_each_call_is_a_call():
    """The same call again runs the function again: a result that has changed is seen."""
    versions = iter(["yesterday's", "today's"])

    @configured
    def download(key):
        return next(versions)

    assert [download("models/a"), download("models/a")] == ["yesterday's", "today's"]


def test_each_call_is_checked_before_the_function_runs(environment):
    """Complete, broken, complete again: the second call is an error, and only two come through."""
    calls = []
    call = configured(calls.append)

    call("first")
    environment.delenv("AWS_REGION")
    with pytest.raises(ConfigurationError, match="AWS_REGION"):
        call("second")
    environment.setenv("AWS_REGION", "eu-west-1")
    call("third")

    assert calls == ["first", "third"]


def test_nothing_is_checked_before_the_first_call(environment):
    """Decorated while the environment is broken, called when it is complete: no error."""
    environment.delenv("S3_BUCKET")
    call = configured(lambda: "an answer")
    environment.setenv("S3_BUCKET", "models")

    assert call() == "an answer"


# Who is decorated


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("upload", ["models/a", b"a model"]),
        ("download", ["models/a"]),
        ("list_models", []),
        ("delete", ["models/a"]),
    ],
)
def test_no_function_asks_s3_without_a_configuration(environment, name, arguments):
    """Without a region each of the four raises the error of the check, and S3 is not asked."""
    environment.delenv("AWS_REGION")
    function = getattr(aws_config, name)

    with pytest.raises(ConfigurationError, match="AWS_REGION"):
        function(NoS3(), *arguments)
