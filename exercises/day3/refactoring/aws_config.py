"""Refactor for testability: one check of the AWS configuration in the place of four copies.

Four functions keep models on S3, and they work. But each begins with the same check of the
environment, copied by hand: whoever tests one of the four has to test the check, too, and whoever
mends the check has to mend it four times. Take it out, in three steps:

1. `check_configuration`: the check as a function, tried with a dict and no S3 in sight.
2. `configured`: a decorator that asks it before each call of a function.
3. Decorate `upload`, `download`, `list_models` and `delete`, and remove the copies.

Callers must notice nothing: the same arguments and results, the same requests to S3, the same
errors, and each function looks at the environment as it is when it is called, never at import.
`client` is S3's client of boto3, or anything with the methods that are called here.

What the check demands of the environment; an empty variable is as one that is not set:

- S3_BUCKET and AWS_REGION are set.
- AWS_ENDPOINT_URL_S3 may be left out; where it is set, it begins with http:// or https://.
- AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are both set, or neither.

If not, it raises a ConfigurationError, which names a variable that is wrong, and never tells a
secret. Its wording is free.

The tests of this file are ours: `make check-day3 EX=6`.
"""

import os
from collections.abc import Callable, Mapping


class ConfigurationError(Exception):
    """The environment is not set up for S3; the message names a variable that is wrong."""


def check_configuration(environ: Mapping[str, str] | None = None) -> None:
    """Check the environment: a mapping that is given, or os.environ as it is now.

    Raises:
        ConfigurationError: something is missing or wrong.
    """
    raise NotImplementedError


def configured(function: Callable) -> Callable:
    """Make a function check the configuration before each call, and only then.

    It keeps its name, its docstring and its signature; arguments, results and errors pass through.
    """
    raise NotImplementedError


def upload(client, key: str, body: bytes) -> str:
    """Put a model on S3, and answer the tag of this version."""
    for name in ("S3_BUCKET", "AWS_REGION"):
        if not os.environ.get(name):
            raise ConfigurationError(f"{name} is not set: set it to where the models are kept.")
    endpoint = os.environ.get("AWS_ENDPOINT_URL_S3")
    if endpoint and not endpoint.startswith(("http://", "https://")):
        raise ConfigurationError("AWS_ENDPOINT_URL_S3 begins with neither http:// nor https://.")
    if bool(os.environ.get("AWS_ACCESS_KEY_ID")) != bool(os.environ.get("AWS_SECRET_ACCESS_KEY")):
        raise ConfigurationError("Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or neither.")
    answer = client.put_object(Bucket=os.environ["S3_BUCKET"], Key=key, Body=body)
    return answer["ETag"]


def download(client, key: str) -> bytes:
    """Answer a model that is on S3; what the client raises where there is none is passed on."""
    for name in ("S3_BUCKET", "AWS_REGION"):
        if not os.environ.get(name):
            raise ConfigurationError(f"{name} is not set: set it to where the models are kept.")
    endpoint = os.environ.get("AWS_ENDPOINT_URL_S3")
    if endpoint and not endpoint.startswith(("http://", "https://")):
        raise ConfigurationError("AWS_ENDPOINT_URL_S3 begins with neither http:// nor https://.")
    if bool(os.environ.get("AWS_ACCESS_KEY_ID")) != bool(os.environ.get("AWS_SECRET_ACCESS_KEY")):
        raise ConfigurationError("Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or neither.")
    answer = client.get_object(Bucket=os.environ["S3_BUCKET"], Key=key)
    return answer["Body"].read()


def list_models(client, prefix: str = "models/") -> list[str]:
    """Answer the keys on S3 that begin with the prefix, sorted."""
    for name in ("S3_BUCKET", "AWS_REGION"):
        if not os.environ.get(name):
            raise ConfigurationError(f"{name} is not set: set it to where the models are kept.")
    endpoint = os.environ.get("AWS_ENDPOINT_URL_S3")
    if endpoint and not endpoint.startswith(("http://", "https://")):
        raise ConfigurationError("AWS_ENDPOINT_URL_S3 begins with neither http:// nor https://.")
    if bool(os.environ.get("AWS_ACCESS_KEY_ID")) != bool(os.environ.get("AWS_SECRET_ACCESS_KEY")):
        raise ConfigurationError("Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or neither.")
    answer = client.list_objects_v2(Bucket=os.environ["S3_BUCKET"], Prefix=prefix)
    return sorted(entry["Key"] for entry in answer.get("Contents", []))


def delete(client, key: str) -> None:
    """Remove a model from S3."""
    for name in ("S3_BUCKET", "AWS_REGION"):
        if not os.environ.get(name):
            raise ConfigurationError(f"{name} is not set: set it to where the models are kept.")
    endpoint = os.environ.get("AWS_ENDPOINT_URL_S3")
    if endpoint and not endpoint.startswith(("http://", "https://")):
        raise ConfigurationError("AWS_ENDPOINT_URL_S3 begins with neither http:// nor https://.")
    if bool(os.environ.get("AWS_ACCESS_KEY_ID")) != bool(os.environ.get("AWS_SECRET_ACCESS_KEY")):
        raise ConfigurationError("Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or neither.")
    client.delete_object(Bucket=os.environ["S3_BUCKET"], Key=key)
