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


# Parametrize the mapping: what may be left out, and how may what is there look?
def test_a_complete_configuration_is_accepted():
    """What may be left out is left out, empty, or set as it should be: nothing is raised."""
    raise NotImplementedError


# Parametrize what is wrong, and which name is told: start with a few, and read for more.
def test_a_wrong_value_is_refused():
    """One value of a complete mapping is wrong or empty: an error that names the variable."""
    raise NotImplementedError


def test_what_is_given_is_checked_and_not_the_environment():
    """A mapping lacks a variable, which is set in the environment: an error that names it."""
    raise NotImplementedError


def test_without_a_mapping_the_environment_of_the_moment_is_checked(environment):
    """Complete, nothing is raised; a variable is taken away, and the next check names it."""
    raise NotImplementedError


def test_a_secret_is_not_told():
    """The secret is there and the id of the key is not: the error does not show the secret."""
    raise NotImplementedError


# The decorator, alone


def test_a_decorated_function_looks_as_before():
    """Its name, its docstring and what inspect.signature tells are those of the function."""
    # 1. Write a function here, with a docstring and a few arguments.
    # 2. Decorate it: configured(...).
    # 3. Compare the two.
    raise NotImplementedError


def test_arguments_and_result_pass_through():
    """By position and by name, with a default and without arguments at all."""
    raise NotImplementedError


def test_an_error_passes_through():
    """What the function raises comes out as it is, and the function was called once."""
    raise NotImplementedError


def test_each_call_is_a_call():
    """The same call again runs the function again: a result that has changed is seen."""
    raise NotImplementedError


def test_each_call_is_checked_before_the_function_runs(environment):
    """Complete, broken, complete again: the second call is an error, and only two come through."""
    raise NotImplementedError


def test_nothing_is_checked_before_the_first_call(environment):
    """Decorated while the environment is broken, called when it is complete: no error."""
    raise NotImplementedError


# Who is decorated


# Parametrize the function, and the arguments that it takes beside the client.
def test_no_function_asks_s3_without_a_configuration(environment):
    """Without a region each of the four raises the error of the check, and S3 is not asked."""
    raise NotImplementedError
