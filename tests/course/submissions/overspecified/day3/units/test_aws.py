import boto3
import pytest
from moto import mock_aws

from src import aws
from src.errors import UserError


@pytest.fixture
def bucket(monkeypatch):
    with mock_aws():
        s3 = boto3.client("s3", region_name="us-east-1")
        s3.create_bucket(Bucket="ml-models")
        yield s3


def test_upload(bucket):
    aws.upload("a", b"1")
    assert aws.download("a").body == b"1"


def test_list(bucket):
    aws.upload("a/1", b"1")
    aws.upload("a/2", b"1")
    assert aws.list_keys("a/") == ["a/1", "a/2"]


def test_missing(bucket):
    with pytest.raises(aws.NotFound):
        aws.download("x")


def test_missing_bucket():
    with mock_aws(), pytest.raises(UserError, match="There is no bucket"):
        aws.download("x")


def test_conflict(bucket):
    aws.upload("a", b"1", if_none_match="*")
    with pytest.raises(aws.Conflict):
        aws.upload("a", b"2", if_none_match="*")
