"""S3, by boto3 as anyone would use it; an embedded one where no AWS variable is set.

The bucket is the one of Settings; one that is missing is made on the embedded S3 only. The client
is made when first used, one for each configuration that the environment asks for.

What goes wrong is a UserError. It names the key, or the bucket where that is missing or closed to
us, or the address where no S3 answers. It is a NotFound or a Conflict only where S3 says so of an
object that it lets us see.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, TypeVar

from src.config import Settings
from src.errors import UserError

if TYPE_CHECKING:
    from pathlib import Path

    from botocore.client import BaseClient
    from botocore.exceptions import ClientError

    from src.embedded_s3.host import Endpoint

T = TypeVar("T")

CONFIGURED_BY = (
    "AWS_ENDPOINT_URL_S3",
    "AWS_ENDPOINT_URL",
    "AWS_ACCESS_KEY_ID",
    "AWS_PROFILE",
    "AWS_ROLE_ARN",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
)


class NotFound(UserError):
    """What was asked for is not on S3."""


class Conflict(UserError):
    """A condition of an upload does not hold: somebody else was faster."""


@dataclass(frozen=True)
class Object:
    """Content of an object, and the tag that changes when the content does."""

    body: bytes
    etag: str


def upload(
    key: str, body: bytes, *, if_match: str | None = None, if_none_match: str | None = None
) -> str:
    """Write an object and answer its tag.

    Args:
        key: where.
        body: what.
        if_match: write only over the object that has this tag.
        if_none_match: "*" to write only where there is no object yet.

    Raises:
        Conflict: the condition does not hold, and nothing was written.
        UserError: S3 is not there, or does not let us.
    """
    conditions = {"IfMatch": if_match, "IfNoneMatch": if_none_match}
    given = {name: value for name, value in conditions.items() if value is not None}

    def put(s3: "BaseClient", bucket: str) -> str:
        return s3.put_object(Bucket=bucket, Key=key, Body=body, **given)["ETag"]

    try:
        return _ask(put, key)
    except NotFound as error:  # S3's answer to if_match where there is no object
        raise Conflict(f"{key} is not on S3 any more: somebody removed it.") from error


def download(key: str) -> Object:
    """Read an object.

    Raises:
        NotFound: there is none.
        UserError: S3 is not there, or does not let us.
    """

    def get(s3: "BaseClient", bucket: str) -> Object:
        answer = s3.get_object(Bucket=bucket, Key=key)
        return Object(answer["Body"].read(), answer["ETag"])

    return _ask(get, key)


def list_keys(prefix: str) -> list[str]:
    """Answer the keys that start with a prefix, sorted.

    Raises:
        UserError: S3 is not there, or does not let us.
    """

    def list_all(s3: "BaseClient", bucket: str) -> list[str]:
        pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
        return [entry["Key"] for page in pages for entry in page.get("Contents", [])]

    return _ask(list_all, prefix)


def client(anew: bool = False) -> "BaseClient":
    """Answer the S3 client for the environment as it is now.

    Args:
        anew: the embedded S3 did not answer, so look whether it is still there.

    Raises:
        UserError: there is no embedded S3 where one is needed.
    """
    if not is_embedded():
        variables = tuple(sorted(item for item in os.environ.items() if item[0].startswith("AWS_")))
        return _standard_client(variables)
    from src.embedded_s3.host import ensure

    settings = Settings.from_env()
    folder = settings.output_dir / "s3"
    return embedded_client(ensure(folder, check=anew), folder, settings.bucket)


def is_embedded() -> bool:
    """Whether the environment configures no S3, so that the embedded one serves.

    An address, a key, a profile or a role configures one; an empty variable is as good as none.
    """
    return not any(os.environ.get(variable) for variable in CONFIGURED_BY)


@lru_cache(maxsize=8)
def _standard_client(variables: tuple[tuple[str, str], ...]) -> "BaseClient":
    from boto3.session import Session

    return Session().client("s3")


@lru_cache(maxsize=8)
def embedded_client(endpoint: "Endpoint", folder: "Path", bucket: str) -> "BaseClient":
    """Answer a client of the S3 of a folder, where the bucket is there from now on."""
    from boto3.session import Session
    from botocore.config import Config

    from src.embedded_s3.host import has_bucket

    s3 = Session().client(
        "s3",
        endpoint_url=endpoint.url,
        aws_access_key_id=endpoint.key,
        aws_secret_access_key=endpoint.key,
        region_name="us-east-1",
        config=Config(
            connect_timeout=2,
            read_timeout=30,
            retries={"total_max_attempts": 1},  # _ask knows better what to do
            s3={"addressing_style": "path"},
            proxies={},
        ),
    )
    if not has_bucket(folder, bucket):
        s3.create_bucket(Bucket=bucket)
    return s3


def _ask(request: "Callable[[BaseClient, str], T]", key: str) -> T:
    """Make a request, once more where the embedded S3 has ended; explain what goes wrong."""
    from botocore.exceptions import BotoCoreError, ClientError, ConnectionError, HTTPClientError
    from botocore.parsers import ResponseParserError

    bucket = Settings.from_env().bucket
    try:
        try:
            return request(client(), bucket)
        except (ConnectionError, HTTPClientError):
            if not is_embedded():
                raise
            return request(client(anew=True), bucket)
    except ClientError as error:
        raise _refused(error, key, bucket) from error
    except (BotoCoreError, ResponseParserError, ValueError) as error:
        told = f"S3 ({_where()}) cannot be used: {_sentence(error)} {_next_step()}"
        raise UserError(told) from error


def _refused(error: "ClientError", key: str, bucket: str) -> UserError:
    code = error.response["Error"]["Code"]
    status = error.response["ResponseMetadata"].get("HTTPStatusCode")
    if code == "NoSuchBucket":
        return UserError(
            f"There is no bucket {bucket} on S3 ({_where()}): "
            "create it there, or name another with S3_BUCKET."
        )
    if code in ("PreconditionFailed", "ConditionalRequestConflict"):
        return Conflict(f"{key} was changed on S3 by somebody else: look, and try again.")
    if status == 404:
        return NotFound(f"There is no {key} in the bucket {bucket} on S3 ({_where()}).")
    if status in (401, 403) or "Token" in code:
        return UserError(
            f"S3 ({_where()}) does not let us at {bucket}/{key} ({code}): "
            "correct the credentials in the AWS_* variables, or the rights that they have."
        )
    return UserError(f"S3 ({_where()}) refuses {bucket}/{key}: {_sentence(error)} {_next_step()}")


def _sentence(error: Exception) -> str:
    return f"{str(error).removesuffix('.')}."


def _where() -> str:
    if is_embedded():
        return "the embedded one"
    return os.environ.get("AWS_ENDPOINT_URL_S3") or os.environ.get("AWS_ENDPOINT_URL") or "AWS"


def _next_step() -> str:
    if is_embedded():
        return "The process that hosts it tells more."
    return "Correct the AWS_* variables; with none of them set, the embedded S3 serves."
