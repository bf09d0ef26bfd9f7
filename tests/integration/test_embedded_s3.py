"""The embedded S3 keeps what it answered, whoever hosts it and however that process ends."""

import io
import json
import shutil
import signal
import socket
import subprocess
import sys
import threading
from http.client import HTTPConnection
from urllib.parse import urlsplit

import boto3
import pytest
from moto import mock_aws

from src import aws
from src.config import ROOT
from src.embedded_s3 import store
from src.embedded_s3.host import ensure, has_bucket
from src.errors import UserError

FORGED = (
    "AWS4-HMAC-SHA256 Credential=guessed/20260101/us-east-1/s3/aws4_request, "
    "SignedHeaders=host, Signature=0"
)


@pytest.fixture
def folder(monkeypatch, tmp_path):
    """Folder of the embedded S3, which aws uses from now on."""
    for variable in aws.CONFIGURED_BY:
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("OUTPUT_DIR", str(tmp_path))
    monkeypatch.setenv("S3_BUCKET", "shelf")
    return tmp_path / "s3"


@pytest.fixture
def hosted_elsewhere(folder):
    """Another process, which hosts the S3."""
    process = subprocess.Popen(
        [sys.executable, "-m", "src", "s3"], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout.readline().startswith("S3 on http://127.0.0.1:")
    yield process
    process.kill()
    process.communicate()


@pytest.fixture
def another_host(folder, monkeypatch, tmp_path):
    """Goes on with a host that knows no more than what is on disk now."""

    def go_on():
        copy = tmp_path / "copy"
        shutil.copytree(folder / "buckets", copy / "s3" / "buckets")
        monkeypatch.setenv("OUTPUT_DIR", str(copy))

    return go_on


def end(process, how=signal.SIGKILL):
    process.send_signal(how)
    process.communicate(timeout=10)
    return process.returncode


def run(program):
    """What a program prints that runs in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, check=True, capture_output=True, text=True
    )
    return done.stdout.strip()


def request(endpoint, method, path, body=b"", **headers):
    """Status of an answer to a request that boto3 would not make."""
    connection = HTTPConnection(urlsplit(endpoint.url).netloc, timeout=10)
    connection.request(method, path, body, headers)
    status = connection.getresponse().status
    connection.close()
    return status


def test_what_a_killed_host_answered_is_there_again(hosted_elsewhere):
    tag = aws.upload("a/key", b"\x00content\n")
    aws.upload("removed", b"")
    aws.client().delete_object(Bucket="shelf", Key="removed")
    end(hosted_elsewhere)

    assert aws.list_keys("") == ["a/key"]
    assert aws.download("a/key") == aws.Object(b"\x00content\n", tag)


def test_a_condition_on_a_tag_holds_across_hosts(folder, another_host):
    tag = aws.upload("key", b"first")
    another_host()

    with pytest.raises(aws.Conflict):
        aws.upload("key", b"wrong", if_none_match="*")
    aws.upload("key", b"second", if_match=tag)
    assert aws.download("key").body == b"second"


def test_the_next_host_takes_the_address_and_the_key_of_the_last(hosted_elsewhere, folder):
    before = ensure(folder)
    end(hosted_elsewhere)

    assert ensure(folder, check=True) == before


def test_the_next_host_takes_another_address_where_that_one_is_taken(hosted_elsewhere, folder):
    aws.upload("key", b"content")
    before = ensure(folder)
    end(hosted_elsewhere)

    with socket.create_server(("127.0.0.1", urlsplit(before.url).port)):
        after = ensure(folder, check=True)

    assert after.url != before.url
    assert aws.download("key").body == b"content"


def test_two_processes_share_a_host(hosted_elsewhere, folder):
    aws.upload("key", b"of this process")

    assert run("from src import aws; print(aws.download('key').body)") == "b'of this process'"
    assert hosted_elsewhere.poll() is None


def test_when_the_host_ends_an_upload_under_way_goes_on_with_the_next(hosted_elsewhere):
    """The process hosts the S3 itself then, and the one after uses that."""
    aws.upload("key", b"first")
    end(hosted_elsewhere)
    aws.upload("key", b"second")

    assert run("from src import aws; print(aws.download('key').body)") == "b'second'"


def test_many_that_start_at_once_agree_on_one_host(folder):
    program = "from src import aws; aws.upload({!r}, b''); print(aws.client().meta.endpoint_url)"
    processes = [
        subprocess.Popen(
            # each waits for its input to end, so that the host outlives the others
            [
                sys.executable,
                "-c",
                program.format(name) + "\nimport sys; sys.stdout.flush(); input()",
            ],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for name in ("a", "b", "c")
    ]
    urls = {process.stdout.readline() for process in processes}
    keys = aws.list_keys("")
    for process in processes:
        process.communicate("\n", timeout=10)

    assert (len(urls), keys) == (1, ["a", "b", "c"])


def test_what_it_prints_leads_other_tools_there(hosted_elsewhere, monkeypatch):
    aws.upload("key", b"content")
    lines = []
    while not lines or "REGION" not in lines[-1]:
        lines.append(hosted_elsewhere.stdout.readline())
    for line in lines:
        if line.startswith("export "):
            monkeypatch.setenv(*line.removeprefix("export ").strip().split("="))

    answer = boto3.session.Session().client("s3").get_object(Bucket="shelf", Key="key")

    assert answer["Body"].read() == b"content"
    assert not aws.is_embedded()
    assert aws.download("key").body == b"content"


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_whoever_keeps_it_may_end_it_in_order(hosted_elsewhere, how):
    assert end(hosted_elsewhere, how) == 0


def test_of_many_uploads_on_one_tag_one_wins(folder):
    tag = aws.upload("key", b"")
    together, won, lost = threading.Barrier(8), [], []

    def upload(content):
        together.wait(10)
        try:
            aws.upload("key", content, if_match=tag)
            won.append(content)
        except aws.Conflict:
            lost.append(content)

    threads = [threading.Thread(target=upload, args=(b"%d" % number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert (len(won), len(lost)) == (1, 7)
    assert aws.download("key").body == won[0]


def test_metadata_and_parts_survive_as_well(folder, another_host):
    content = bytes(9_000_000)  # more than boto3 sends in one part
    extra = {"ContentType": "text/plain", "Metadata": {"who": "me"}}
    aws.client().upload_fileobj(io.BytesIO(content), "shelf", "key", ExtraArgs=extra)
    before = aws.client().head_object(Bucket="shelf", Key="key")
    another_host()
    aws.list_keys("")
    after = aws.client().head_object(Bucket="shelf", Key="key")

    kept = ("ETag", "ContentLength", "ContentType", "Metadata", "LastModified")
    assert {name: after[name] for name in kept} == {name: before[name] for name in kept}
    assert aws.download("key").body == content


def test_keys_that_differ_in_case_or_are_long_are_kept_apart(folder, another_host):
    keys = ["Key", "key", "ü/../x", "long" * 200]
    for key in keys:
        aws.upload(key, key.encode())
    another_host()

    assert {key: aws.download(key).body for key in keys} == {key: key.encode() for key in keys}


def test_a_bucket_that_was_removed_stays_removed(folder, another_host):
    aws.client().create_bucket(Bucket="other")
    aws.client().create_bucket(Bucket="empty")
    aws.client().delete_bucket(Bucket="other")
    another_host()
    aws.list_keys("")

    names = [bucket["Name"] for bucket in aws.client().list_buckets()["Buckets"]]
    assert sorted(names) == ["empty", "shelf"]


def test_each_process_has_the_bucket_that_it_asks_for(folder, monkeypatch):
    aws.upload("key", b"in shelf")
    monkeypatch.setenv("S3_BUCKET", "drawer")

    assert aws.list_keys("") == []


def test_two_folders_in_one_process_have_nothing_in_common(folder, monkeypatch, tmp_path):
    aws.upload("key", b"in one")
    monkeypatch.setenv("OUTPUT_DIR", str(tmp_path / "other"))
    aws.upload("key", b"in the other")
    monkeypatch.setenv("OUTPUT_DIR", str(tmp_path))

    assert aws.download("key").body == b"in one"


def test_a_mock_in_the_hosting_process_neither_sees_nor_harms_it(folder):
    aws.upload("key", b"embedded")
    with mock_aws():
        boto3.client("s3", region_name="us-east-1").create_bucket(Bucket="shelf")
        seen = aws.list_keys("")
        aws.upload("key", b"mocked")

    assert (seen, aws.download("key").body) == ([], b"embedded")


def test_a_folder_that_was_removed_is_begun_anew(folder):
    aws.upload("key", b"old")
    shutil.rmtree(folder)

    assert aws.list_keys("") == []
    aws.upload("key", b"new")
    assert run("from src import aws; print(aws.download('key').body)") == "b'new'"


def test_what_cannot_be_written_is_not_promised(folder, monkeypatch, caplog):
    aws.upload("key", b"old")

    def full(path, data):
        raise UserError("the disk is full")

    with monkeypatch.context() as patch:
        patch.setattr(store, "write_atomically", full)
        for key in ("key", "another"):
            with pytest.raises(UserError, match="The process that hosts it tells more"):
                aws.upload(key, b"new")

    assert (aws.list_keys(""), aws.download("key").body) == (["key"], b"old")
    assert "the disk is full" in caplog.text


def test_a_damaged_object_is_told_by_its_file(folder):
    bucket = folder / "buckets" / "shelf"
    bucket.mkdir(parents=True)
    (bucket / "0000").write_bytes(b"no json")

    with pytest.raises(UserError, match=r"shelf.0000.* is damaged: remove it"):
        aws.list_keys("")


def test_what_a_killed_process_left_half_written_is_ignored(folder):
    bucket = folder / "buckets" / "shelf"
    bucket.mkdir(parents=True)
    (bucket / ".0000.temporary").write_bytes(b"no js")

    assert aws.list_keys("") == []


def test_a_folder_that_cannot_be_made_is_told(folder, monkeypatch, tmp_path):
    (tmp_path / "file").touch()
    monkeypatch.setenv("OUTPUT_DIR", str(tmp_path / "file"))

    with pytest.raises(UserError, match="choose another folder with OUTPUT_DIR"):
        aws.list_keys("")


@pytest.mark.parametrize("headers", [{}, {"Authorization": FORGED}], ids=["unsigned", "forged"])
@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_whoever_has_not_the_key_is_refused(folder, method, headers):
    """As a page in a browser, or another user of the machine."""
    aws.upload("key", b"content")

    assert request(ensure(folder), method, "/shelf/key", b"forged", **headers) == 403
    assert aws.download("key").body == b"content"


def test_the_key_is_for_the_user_alone(folder):
    ensure(folder)

    assert folder.stat().st_mode & 0o077 == 0


def test_an_upload_that_breaks_off_changes_nothing(folder):
    aws.upload("key", b"whole")
    endpoint = ensure(folder)
    address = urlsplit(endpoint.url)
    with socket.create_connection((address.hostname, address.port)) as sender:
        sender.sendall(
            b"PUT /shelf/key HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n"
            b"Authorization: " + endpoint.key.encode() + b"\r\n\r\nonly a part"
        )
        sender.shutdown(socket.SHUT_WR)
        status = sender.makefile("rb").readline()

    assert status.split()[1] == b"400"
    assert aws.download("key").body == b"whole"


def test_an_announcement_of_somebody_else_is_not_believed(folder):
    """After a crash, another program may have got the port that is still announced."""
    aws.upload("key", b"content")
    other = ensure(folder)
    stranger = {"url": other.url, "key": "of somebody else"}
    moved = folder.with_name("moved")
    moved.mkdir()
    (moved / "endpoint.json").write_text(json.dumps(stranger))

    assert ensure(moved).url != other.url


def test_it_is_used_without_a_proxy(folder, monkeypatch):
    for variable in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(variable, "http://127.0.0.1:9")
    monkeypatch.setenv("NO_PROXY", "")

    assert aws.list_keys("") == []


def test_it_says_nothing_of_requests_that_went_well(folder, capfd, caplog):
    aws.upload("key", b"content")

    assert (capfd.readouterr(), caplog.messages) == (("", ""), [])


@pytest.mark.parametrize(
    ("name", "is_there"), [("shelf", True), ("other", False), (".", False), ("", False)]
)
def test_only_a_bucket_of_that_name_is_there(tmp_path, name, is_there):
    (tmp_path / "buckets" / "shelf").mkdir(parents=True)

    assert has_bucket(tmp_path, name) is is_there


def test_a_bucket_that_was_made_is_there(folder):
    before = has_bucket(folder, "other")
    aws.client().create_bucket(Bucket="other")

    assert (before, has_bucket(folder, "other")) == (False, True)
