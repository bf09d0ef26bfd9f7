"""The S3 wrappers, on moto in this process and on addresses where no S3 is."""

import os
import socket
import subprocess
import sys
import threading
from wsgiref.simple_server import WSGIRequestHandler, make_server

import boto3
import pytest
from moto import mock_aws
from moto.core import set_initial_no_auth_action_count

from src import aws
from src.config import ROOT
from src.errors import UserError
from src.utils import sha256


@pytest.fixture
def environment(monkeypatch):
    """No AWS variable, and no configuration file of whoever runs this."""
    for variable in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(variable)
    monkeypatch.setenv("AWS_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", os.devnull)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    return monkeypatch


@pytest.fixture(scope="module")
def moto():
    with mock_aws():
        yield


@pytest.fixture
def s3(moto, credentials, tmp_path):
    """S3 in this process, without the bucket that the test will want."""
    credentials.setenv("S3_BUCKET", f"shelf-{sha256(bytes(tmp_path))[:20]}")
    return boto3.client("s3", region_name="us-east-1")


@pytest.fixture
def bucket(s3):
    s3.create_bucket(Bucket=os.environ["S3_BUCKET"])
    return s3


@pytest.fixture
def credentials(environment):
    environment.setenv("AWS_ACCESS_KEY_ID", "key")
    environment.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    return environment


@pytest.fixture
def closed_port():
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


@pytest.fixture
def website():
    """Address of a server that is no S3."""

    class Quiet(WSGIRequestHandler):
        def log_message(self, *args):
            pass

    def hello(environ, start_response):
        start_response("200 OK", [("Content-Type", "text/html")])
        return [b"<html>hello"]

    with make_server("127.0.0.1", 0, hello, handler_class=Quiet) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def refusal(request, *arguments):
    with pytest.raises(UserError) as caught:
        request(*arguments)
    return str(caught.value)


def test_what_is_uploaded_is_downloaded(bucket):
    etag = aws.upload("folder/key", b"\x00content")

    assert aws.download("folder/key") == aws.Object(b"\x00content", etag)


def test_an_upload_replaces_what_was_there_and_changes_the_tag(bucket):
    first, second = aws.upload("key", b"first"), aws.upload("key", b"second")

    assert aws.download("key") == aws.Object(b"second", second)
    assert first != second


def test_a_missing_object_is_not_found_by_its_key(bucket):
    with pytest.raises(aws.NotFound, match="no such/key in the bucket shelf-"):
        aws.download("such/key")


@pytest.mark.parametrize(
    "request_",
    [lambda: aws.download("key"), lambda: aws.upload("key", b""), lambda: aws.list_keys("")],
    ids=["download", "upload", "list"],
)
def test_a_missing_bucket_is_told_with_the_next_step_and_not_made(s3, request_):
    name = os.environ["S3_BUCKET"]

    assert f"no bucket {name} on S3 (AWS): create it there" in refusal(request_)
    assert name not in [each["Name"] for each in s3.list_buckets()["Buckets"]]


def test_keys_are_listed_by_prefix_in_order(bucket):
    for key in ("b/2", "a", "b/1", "bb"):
        aws.upload(key, b"")

    assert (aws.list_keys("b/"), aws.list_keys("z")) == (["b/1", "b/2"], [])


def test_keys_are_listed_beyond_the_first_page(bucket, monkeypatch):
    monkeypatch.setenv("MOTO_S3_DEFAULT_MAX_KEYS", "2")
    keys = [f"key{number}" for number in range(5)]
    for key in keys:
        aws.upload(key, b"")

    assert aws.list_keys("") == keys


def test_an_upload_for_a_free_key_does_not_replace(bucket):
    aws.upload("key", b"first", if_none_match="*")

    with pytest.raises(aws.Conflict, match="key was changed"):
        aws.upload("key", b"second", if_none_match="*")
    assert aws.download("key").body == b"first"


def test_an_upload_over_a_version_replaces_only_that_one(bucket):
    old = aws.upload("key", b"first")
    new = aws.upload("key", b"second", if_match=old)

    with pytest.raises(aws.Conflict):
        aws.upload("key", b"third", if_match=old)
    assert aws.download("key") == aws.Object(b"second", new)


def test_an_upload_over_what_is_gone_is_a_conflict(bucket):
    with pytest.raises(aws.Conflict, match="not on S3 any more"):
        aws.upload("key", b"", if_match='"0"')


@set_initial_no_auth_action_count(0)
def test_wrong_credentials_are_told(bucket):
    message = refusal(aws.download, "key")

    assert "(InvalidAccessKeyId): correct the credentials" in message


def test_absent_credentials_are_told(environment, closed_port):
    environment.setenv("AWS_ENDPOINT_URL_S3", f"http://127.0.0.1:{closed_port}")

    message = refusal(aws.download, "key")

    assert "Unable to locate credentials" in message
    assert "Correct the AWS_* variables" in message


def test_an_unknown_profile_is_told(environment):
    environment.setenv("AWS_PROFILE", "nobody")

    assert "nobody" in refusal(aws.download, "key")


def test_an_s3_that_is_away_is_told_by_its_address(credentials, closed_port):
    credentials.setenv("AWS_ENDPOINT_URL_S3", f"http://127.0.0.1:{closed_port}")

    assert refusal(aws.list_keys, "").startswith(f"S3 (http://127.0.0.1:{closed_port}) cannot be")


def test_an_address_that_is_none_is_told(credentials):
    credentials.setenv("AWS_ENDPOINT_URL", "nonsense")

    assert refusal(aws.list_keys, "").startswith("S3 (nonsense) cannot be used")


def test_a_server_that_is_no_s3_is_told(credentials, website):
    credentials.setenv("AWS_ENDPOINT_URL_S3", website)

    assert website in refusal(aws.list_keys, "")


def test_the_client_is_made_once_for_an_environment(credentials):
    first = aws.client()
    credentials.setenv("UNRELATED", "1")
    same = aws.client()
    credentials.setenv("AWS_ACCESS_KEY_ID", "another")

    assert (first is same, first is aws.client()) == (True, False)


@pytest.mark.parametrize("variable", aws.CONFIGURED_BY)
def test_one_variable_is_enough_to_do_without_the_embedded_s3(environment, variable):
    assert aws.is_embedded()

    environment.setenv(variable, "something")

    assert not aws.is_embedded()


def test_an_empty_variable_configures_nothing(environment):
    environment.setenv("AWS_PROFILE", "")

    assert aws.is_embedded()


def test_neither_boto3_nor_moto_nor_scikit_learn_is_imported_before_it_is_used():
    program = """
import sys, src.aws, src.embedded_s3.host, src.release.registry, src.serve.app
print([name for name in ("boto3", "moto", "sklearn", "pandas") if name in sys.modules])"""

    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT
    )

    assert done.stdout == "[]\n"
