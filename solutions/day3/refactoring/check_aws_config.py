"""Checks the attendee's refactoring of the check of the AWS configuration.

What a failing check says is shown on the board, to the attendee.
"""

import inspect
import io

import pytest

from exercises.day3.refactoring import aws_config as program

COMPLETE = {"S3_BUCKET": "models", "AWS_REGION": "eu-west-1"}
CREDENTIALS = {"AWS_ACCESS_KEY_ID": "AKIA", "AWS_SECRET_ACCESS_KEY": "hush-hush"}
VARIABLES = [*COMPLETE, *CREDENTIALS, "AWS_ENDPOINT_URL_S3"]
GOOD = {
    "no-more-than-needed": COMPLETE,
    "all": COMPLETE | CREDENTIALS | {"AWS_ENDPOINT_URL_S3": "https://s3.example"},
    "http": COMPLETE | {"AWS_ENDPOINT_URL_S3": "http://127.0.0.1:9000"},
    "empty-is-not-set": COMPLETE | dict.fromkeys(VARIABLES[2:], ""),
}
BAD = {  # what is set, and the variables of which one must be named
    "no-bucket": ({"AWS_REGION": "eu-west-1"}, ["S3_BUCKET"]),
    "empty-bucket": (COMPLETE | {"S3_BUCKET": ""}, ["S3_BUCKET"]),
    "no-region": ({"S3_BUCKET": "models"}, ["AWS_REGION"]),
    "endpoint": (COMPLETE | {"AWS_ENDPOINT_URL_S3": "127.0.0.1:9000"}, ["AWS_ENDPOINT_URL_S3"]),
    "no-secret": (COMPLETE | {"AWS_ACCESS_KEY_ID": "AKIA"}, list(CREDENTIALS)),
    "no-key-id": (COMPLETE | {"AWS_SECRET_ACCESS_KEY": "hush-hush"}, list(CREDENTIALS)),
}


class S3:
    """A client that notes what it is asked for, and knows two models."""

    def __init__(self):
        self.asked = []

    def __getattr__(self, method):
        def ask(**request):
            self.asked.append((method, request))
            return {
                "ETag": '"1"',
                "Body": io.BytesIO(b"a model"),
                "Contents": [{"Key": "models/b"}, {"Key": "models/a"}],
            }

        return ask


CALLS = {  # function -> its arguments, the request that comes of them, its result
    "upload": (
        ("models/a", b"a model"),
        ("put_object", {"Bucket": "models", "Key": "models/a", "Body": b"a model"}),
        '"1"',
    ),
    "download": (
        ("models/a",),
        ("get_object", {"Bucket": "models", "Key": "models/a"}),
        b"a model",
    ),
    "list_models": (
        (),
        ("list_objects_v2", {"Bucket": "models", "Prefix": "models/"}),
        ["models/a", "models/b"],
    ),
    "delete": (
        ("models/a",),
        ("delete_object", {"Bucket": "models", "Key": "models/a"}),
        None,
    ),
}
SIGNATURES = {
    "upload": "(client, key, body)",
    "download": "(client, key)",
    "list_models": "(client, prefix='models/')",
    "delete": "(client, key)",
}
each_function = pytest.mark.parametrize("name", CALLS)


@pytest.fixture(autouse=True)
def a_part_is_written():
    """Until then the exercise is still to be done, well as the program works."""
    parts = [lambda: program.check_configuration(COMPLETE), lambda: program.configured(print)]
    left = [error for part in parts if (error := left_open(part))]
    if len(left) == len(parts):
        raise left[0]


@pytest.fixture(autouse=True)
def set_environment(monkeypatch):
    """Sets these variables and no other; those of COMPLETE to begin with."""

    def set_environment(variables):
        for name in VARIABLES:
            monkeypatch.delenv(name, raising=False)
        for name, value in variables.items():
            monkeypatch.setenv(name, value)

    set_environment(COMPLETE)
    return set_environment


# The check


@pytest.mark.parametrize("environ", GOOD.values(), ids=GOOD)
def test_check_configuration_accepts_what_is_complete(environ):
    if error := refusal(lambda: program.check_configuration(environ)):
        raise AssertionError(f"Nothing is wrong with {environ}, and it is refused: {error}")


@pytest.mark.parametrize(("environ", "variables"), BAD.values(), ids=BAD)
def test_check_configuration_refuses_what_is_not(environ, variables):
    error = refusal(lambda: program.check_configuration(environ))

    if error is None:
        raise AssertionError(f"check_configuration must raise a ConfigurationError for {environ}.")
    if not any(name in str(error) for name in variables):
        raise AssertionError(f"For {environ}, the error must name {variables[0]}. It says: {error}")
    if "hush-hush" in str(error):
        raise AssertionError("The message of an error ends up in a log: no secret must be in it.")


def test_check_configuration_looks_at_the_environment_as_it_is_now(set_environment):
    if error := refusal(program.check_configuration):
        raise AssertionError(f"Without an argument it must look at os.environ. It says: {error}")
    set_environment({})
    if refusal(program.check_configuration) is None:
        raise AssertionError(
            "Without an argument it must look at os.environ as it is when it is called, not as it "
            "was when the module was imported, or called for the first time."
        )


def test_a_mapping_that_is_given_is_checked_in_place_of_the_environment():
    if refusal(lambda: program.check_configuration({})) is None:
        raise AssertionError("An empty dict was given: it must be checked, not os.environ.")


# The decorator


def sample(first, *others, word="spam", **more) -> tuple:
    """Answer what came in."""
    return first, others, word, more


def test_configured_keeps_name_docstring_and_signature():
    made = program.configured(sample)

    kept = {
        "name": (made.__name__, "sample"),
        "docstring": (made.__doc__, sample.__doc__),
        "signature": (str(inspect.signature(made)), str(inspect.signature(sample))),
    }
    for what, (now, before) in kept.items():
        if now != before:
            raise AssertionError(
                f"Decorated, the {what} of a function becomes {now!r}, and it was {before!r}: "
                "functools knows how to keep it."
            )


def test_configured_passes_arguments_and_result():
    result = program.configured(sample)(1, 2, word="ham", eggs=3)

    if result != (1, (2,), "ham", {"eggs": 3}):
        raise AssertionError(
            "A decorated function must get every argument, by position and by name, and its result "
            f"must be passed on. Of sample(1, 2, word='ham', eggs=3) came {result!r}."
        )


def test_configured_passes_errors():
    @program.configured
    def broken():
        raise LookupError("no such model")

    try:
        broken()
    except LookupError:
        return
    except Exception as error:
        raise AssertionError(
            f"What a decorated function raises must be passed on: a LookupError became {error!r}."
        ) from error
    raise AssertionError("What a decorated function raises must be passed on, not swallowed.")


def test_configured_checks_before_each_call_and_not_earlier(set_environment):
    calls = []
    set_environment({})
    made = refusal_told(
        lambda: program.configured(calls.append),
        "A function that is decorated is not called yet: nothing must be checked then.",
    )
    set_environment(COMPLETE)
    refusal_told(
        lambda: made("first"),
        "The environment was mended after decorating, and is refused: check at each call.",
    )
    set_environment({})
    if refusal(lambda: made("second")) is None:
        raise AssertionError("The environment was broken after a good call: check at each call.")
    if calls != ["first"]:
        raise AssertionError(
            "Where the check fails, the function must not be called at all; where it does not, "
            f"once. It was called {len(calls)} times."
        )


# The four functions


@each_function
def test_each_function_asks_check_configuration(name, monkeypatch):
    def refuse(*_):
        raise program.ConfigurationError("refused by the test")

    monkeypatch.setattr(program, "check_configuration", refuse, raising=False)
    s3 = S3()

    if refusal(lambda: call(name, s3)) is None or s3.asked:
        raise AssertionError(
            "Each of the four must ask check_configuration before it asks S3: decorate it with "
            "configured, which looks check_configuration up when the function is called."
        )


@each_function
def test_no_function_has_a_copy_of_the_check(name, monkeypatch, set_environment):
    monkeypatch.setattr(program, "check_configuration", lambda *_: None, raising=False)
    set_environment(
        {"S3_BUCKET": "models", "AWS_ENDPOINT_URL_S3": "s3", "AWS_ACCESS_KEY_ID": "AKIA"}
    )

    if error := refusal(lambda: call(name, S3())):
        raise AssertionError(
            "With a check_configuration in its place that accepts everything, it still says: "
            f"{error} Remove its copy of the check."
        )


@each_function
def test_each_function_does_what_it_did(name):
    arguments, request, result = CALLS[name]
    s3 = S3()

    found = call(name, s3)

    if s3.asked != [request]:
        raise AssertionError(
            f"{name}{arguments} asked S3 for {[request]}, and now it asks for {s3.asked}."
        )
    if found != result:
        raise AssertionError(f"{name}{arguments} answered {result!r}, and now {found!r}.")


@each_function
def test_each_function_is_called_as_it_was(name):
    parameters = inspect.signature(getattr(program, name)).parameters.values()
    plain = [parameter.replace(annotation=parameter.empty) for parameter in parameters]
    found = str(inspect.Signature(plain))

    if found != SIGNATURES[name]:
        raise AssertionError(
            f"The signature of {name} was {SIGNATURES[name]}, and now it is {found}: its callers, "
            "and their editors, must notice nothing."
        )


@each_function
def test_each_function_uses_the_bucket_of_the_moment(name, set_environment):
    call(name, S3())
    set_environment(COMPLETE | {"S3_BUCKET": "another"})
    s3 = S3()

    call(name, s3)

    [(_, request)] = s3.asked
    if request["Bucket"] != "another":
        raise AssertionError(
            f"S3_BUCKET was changed to another, and {name} uses {request['Bucket']}: read it when "
            "the function is called."
        )


def call(name, s3):
    arguments, _, _ = CALLS[name]
    return getattr(program, name)(s3, *arguments)


def refusal(action):
    """The ConfigurationError that an action ends with, or None."""
    try:
        action()
    except program.ConfigurationError as error:
        return error
    return None


def refusal_told(action, advice):
    """The action's result; that it ends with a ConfigurationError is told with an advice."""
    try:
        return action()
    except program.ConfigurationError as error:
        raise AssertionError(f"{advice} It says: {error}") from error


def left_open(part):
    """The NotImplementedError that a part still ends with, or None."""
    try:
        part()
    except NotImplementedError as error:
        return error
    except Exception:  # whatever is wrong with it, the tests tell
        return None
    return None
