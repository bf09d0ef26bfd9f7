"""Test the S3 wrappers against an S3 that lives in this process.

`src.aws` uploads, downloads and lists objects, writes under a condition, and turns what S3 and
boto3 complain about into errors of its own. moto answers boto3 inside this process, so the code
that is tested is the real one down to the request: nothing is patched. What is promised is in the
docstrings of src/aws.py; the wording of an error is not.

Look at the fixtures first: they keep your own AWS account out of it. Then start with what goes
well, and go on to conditions and errors: what a missing object gives, what a missing bucket, what
wrong credentials. Bugs like to hide there, because nobody sees an error on a good day.
"""

import os
import socket
from uuid import uuid4

import pytest
from moto import mock_aws
from moto.core import set_initial_no_auth_action_count

from src import aws
from src.errors import UserError

REQUESTS = {
    "upload": lambda: aws.upload("models/key", b"body"),
    "download": lambda: aws.download("models/key"),
    "list": lambda: aws.list_keys("models/"),
}


@pytest.fixture(scope="module")
def s3():
    """A boto3 client of an S3 in this process, which is empty; no test reaches another S3."""
    with mock_aws(), pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("AWS_")]:
            patch.delenv(name)
        patch.setenv("AWS_CONFIG_FILE", os.devnull)  # not what you have at home
        patch.setenv("AWS_SHARED_CREDENTIALS_FILE", os.devnull)
        patch.setenv("AWS_ACCESS_KEY_ID", "testing")
        patch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
        patch.setenv("AWS_MAX_ATTEMPTS", "1")  # a failure need not be waited for
        yield aws.client()  # a client of our own would take as long to make as all the tests


@pytest.fixture(scope="module")
def nowhere():
    """An address on this machine where nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return f"http://127.0.0.1:{server.getsockname()[1]}"


@pytest.fixture
def no_bucket(s3, monkeypatch):
    """The name of a bucket that is configured and does not exist."""
    name = f"bucket-{uuid4().hex}"
    monkeypatch.setenv("S3_BUCKET", name)
    return name


@pytest.fixture
def bucket(s3, no_bucket):
    """The name of the configured bucket, which is there and empty: another one in every test."""
    s3.create_bucket(Bucket=no_bucket)
    return no_bucket


def refusal_of(request):
    """What the error of a request says, which S3 did not even look an object up for."""
    with pytest.raises(UserError) as caught:
        request()
    assert not isinstance(caught.value, aws.NotFound | aws.Conflict)
    return str(caught.value)


# What goes well


@pytest.mark.parametrize(
    "body",
    [b"text", b"", b"\n lines \r\n", bytes(range(256)), b"\x80model" * 200_000],
    ids=["text", "nothing", "white space", "every byte", "1.2 MB"],
)
def test_what_is_uploaded_is_downloaded(bucket, body):
    """The same bytes come back, whichever and however many, under the tag that upload answered."""
    etag = aws.upload("models/key", body)

    assert aws.download("models/key") == aws.Object(body, etag)


def test_an_upload_is_there_for_other_programs(s3, bucket):
    """In the configured bucket there is one object, with this key and these bytes."""
    aws.upload("models/a key+ü", b"body")

    keys = [entry["Key"] for entry in s3.list_objects_v2(Bucket=bucket)["Contents"]]
    assert keys == ["models/a key+ü"]
    assert s3.get_object(Bucket=bucket, Key=keys[0])["Body"].read() == b"body"


def test_an_upload_replaces_what_was_there(bucket):
    """A second upload for a key is what is downloaded from then on, under another tag."""
    first = aws.upload("models/key", b"first")
    second = aws.upload("models/key", b"second")

    assert aws.download("models/key") == aws.Object(b"second", second)
    assert first != second


def test_keys_are_listed_by_their_prefix(bucket):
    """Whole keys that start with the prefix, at any depth, in order; no key is an empty list."""
    for key in (
        "models/b/12",
        "models",
        "models/b/1/model",
        "models/a",
        "models-old/a",
        "a/models/",
    ):
        aws.upload(key, b"")

    assert aws.list_keys("models/") == ["models/a", "models/b/1/model", "models/b/12"]
    assert aws.list_keys("models/b/1") == ["models/b/1/model", "models/b/12"]
    assert aws.list_keys("nothing") == []


def test_a_long_list_is_complete(bucket, monkeypatch):
    """Where S3 answers a list in several pages, all keys are listed."""
    monkeypatch.setenv("MOTO_S3_DEFAULT_MAX_KEYS", "2")
    keys = [f"models/{number}" for number in range(5)]
    for key in keys:
        aws.upload(key, b"")

    assert aws.list_keys("models/") == keys


# Writing under a condition


def test_an_upload_for_a_free_key_never_replaces(bucket):
    """`if_none_match="*"` writes where there is nothing; else it is a Conflict, of this key."""
    aws.upload("models/key", b"first", if_none_match="*")

    with pytest.raises(aws.Conflict, match="models/key"):
        aws.upload("models/key", b"second", if_none_match="*")

    assert aws.download("models/key").body == b"first"


def test_an_upload_over_a_version_replaces_that_one_only(bucket):
    """`if_match` writes over the object with this tag; over another, it is a Conflict."""
    first = aws.upload("models/key", b"first")
    second = aws.upload("models/key", b"second", if_match=first)

    with pytest.raises(aws.Conflict):
        aws.upload("models/key", b"third", if_match=first)

    assert aws.download("models/key") == aws.Object(b"second", second)


def test_an_upload_over_what_is_gone_is_a_conflict(s3, bucket):
    """`if_match` with the tag of an object that somebody has removed: a Conflict, and no object."""
    etag = aws.upload("models/key", b"first")
    s3.delete_object(Bucket=bucket, Key="models/key")

    with pytest.raises(aws.Conflict):
        aws.upload("models/key", b"second", if_match=etag)

    assert aws.list_keys("models/") == []


# What goes wrong


def test_a_missing_object_is_not_found(bucket):
    """Downloading what is not there is NotFound, and names the key."""
    aws.upload("models/key2", b"another")

    with pytest.raises(aws.NotFound, match="models/key"):
        aws.download("models/key")


@pytest.mark.parametrize("request_", REQUESTS.values(), ids=REQUESTS)
def test_a_missing_bucket_is_told_and_not_made(s3, no_bucket, request_):
    """A UserError that names the bucket, no NotFound and no Conflict; there is none afterwards."""
    message = refusal_of(request_)

    assert no_bucket in message
    assert no_bucket not in [each["Name"] for each in s3.list_buckets()["Buckets"]]


@pytest.mark.parametrize("request_", REQUESTS.values(), ids=REQUESTS)
@set_initial_no_auth_action_count(0)  # moto asks for credentials from the first request on
def test_wrong_credentials_are_told(bucket, request_):
    """A UserError that names the bucket, no NotFound and no Conflict."""
    assert bucket in refusal_of(request_)


@pytest.mark.parametrize("request_", REQUESTS.values(), ids=REQUESTS)
def test_an_s3_that_is_away_is_told(s3, nowhere, monkeypatch, request_):
    """Where AWS_ENDPOINT_URL_S3 leads nowhere: a UserError that names the address."""
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", nowhere)

    assert nowhere in refusal_of(request_)


# Which S3


def test_a_client_is_made_once_for_a_configuration(s3, nowhere, monkeypatch):
    """Asked twice, `client` answers the same one; after a change of a variable, another one."""
    first, again = aws.client(), aws.client()
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", nowhere)

    assert again is first
    assert aws.client() is not first


@pytest.mark.parametrize(
    "variable", ["AWS_ENDPOINT_URL_S3", "AWS_ACCESS_KEY_ID", "AWS_PROFILE", "AWS_ROLE_ARN"]
)
def test_the_embedded_s3_serves_where_nothing_is_configured(s3, monkeypatch, variable):
    """With an address, a key, a profile or a role it does not; with an empty variable it does."""
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.setenv(variable, "")
    without = aws.is_embedded()
    monkeypatch.setenv(variable, "something")

    assert without
    assert not aws.is_embedded()
