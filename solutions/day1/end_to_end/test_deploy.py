"""Check that `python -m src deploy` puts a model on S3 as exercises/day1/commands.md promises.

The S3 is a real server in a process of its own: moto's, which keeps all in memory and forgets it at
the end. The commands are told where it is by the environment, as they would be told of AWS; your
tests look at what lies there with boto3, past the application.

The fixture `s3` is done, for this is what every fixture of a process has to do: take a free port,
start, wait until the server answers and no longer than a deadline, tell what it printed where it
does not, and end it whatever happens. Read it well: in exercise 5 you write one yourself.

Each test gets a bucket of its own, so that none finds what another has left.
"""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import uuid
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from types import SimpleNamespace

import boto3
import pytest
from botocore.config import Config

ROOT = Path(__file__).parents[3]
SMALL = ("-p", "n_estimators=2", "-p", "max_depth=4")  # trains in no time
FILES = ("model.pkl", "dataset.parquet", "report.json")
MODELS = "models/tennis_points/random_forest"
DEADLINE = 10  # seconds that a server has to start, or to end
POLL = 0.05


def free_port():
    """A port of this machine that nobody has now."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


def answers(port):
    """Whether a web server answers there."""
    connection = HTTPConnection("127.0.0.1", port, timeout=1)
    try:
        connection.request("GET", "/")
        return connection.getresponse().status == 200
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()


@pytest.fixture(scope="module")
def s3(tmp_path_factory):
    """Environment of commands that use a moto server, which runs as long as this file's tests."""
    port = free_port()
    log = tmp_path_factory.mktemp("moto") / "log"
    with log.open("w") as output:
        server = subprocess.Popen(
            [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)],
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        give_up = time.monotonic() + DEADLINE
        while not answers(port):
            if server.poll() is not None or time.monotonic() > give_up:
                pytest.fail(f"moto does not answer (status {server.poll()}): {log.read_text()}")
            time.sleep(POLL)
        yield {
            "AWS_ENDPOINT_URL_S3": f"http://127.0.0.1:{port}",
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_DEFAULT_REGION": "us-east-1",
            "NO_PROXY": "127.0.0.1",
        }
    finally:
        server.terminate()
        try:
            server.wait(DEADLINE)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


@pytest.fixture(scope="module")
def client(s3):
    """boto3's client of that server."""
    return boto3.client(
        "s3",
        endpoint_url=s3["AWS_ENDPOINT_URL_S3"],
        aws_access_key_id=s3["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=s3["AWS_SECRET_ACCESS_KEY"],
        region_name=s3["AWS_DEFAULT_REGION"],
        config=Config(proxies={}),
    )


@pytest.fixture
def bucket(client):
    """The name of an empty bucket that belongs to this test alone."""
    name = f"bucket-{uuid.uuid4()}"
    client.create_bucket(Bucket=name)
    return name


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """Two trained models, the first and the second, and the output folder that they are in."""
    output = tmp_path_factory.mktemp("output")
    for seed in ("1", "2"):
        done = run("train", *SMALL, "--seed", seed, OUTPUT_DIR=str(output))
        assert done.returncode == 0, done.stderr
    reports = [json.loads(path.read_bytes()) for path in output.glob("*/report.json")]
    first, second = sorted(reports, key=lambda report: report["seed"])
    return SimpleNamespace(first=first["model_id"], second=second["model_id"], output=output)


@pytest.fixture
def deploy(s3, bucket, runs):
    """Runs the command for this test's bucket in a process of its own, and waits for its end."""

    def deploy(*arguments, **environment):
        own = {"S3_BUCKET": bucket, "OUTPUT_DIR": str(runs.output)}
        return run("deploy", *arguments, **(s3 | own | environment))

    return deploy


def run(*arguments, **environment):
    """Run a command of the application, which knows of no other S3 than the one it is told of."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    return subprocess.run(
        [sys.executable, "-m", "src", *arguments],
        cwd=ROOT,
        env=inherited | environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
    )


@pytest.fixture
def content(client, bucket):
    """Reads an object of this test's bucket."""
    return lambda key: client.get_object(Bucket=bucket, Key=key)["Body"].read()


@pytest.fixture
def keys(client, bucket):
    """Lists what lies in this test's bucket."""

    def keys():
        listing = client.list_objects_v2(Bucket=bucket)
        return [entry["Key"] for entry in listing.get("Contents", [])]

    return keys


# A deploy


def test_a_deploy_tells_what_is_in_production(deploy, content, runs):
    """Status 0; the id is printed, and is what production.json names, which replaced nothing."""
    done = deploy(runs.first)

    pointer = json.loads(content(f"{MODELS}/production.json"))
    assert done.returncode == 0, done.stderr
    assert runs.first in done.stdout
    assert (pointer["model_id"], pointer["previous"]) == (runs.first, None)


def test_the_version_on_s3_is_the_run(deploy, content, runs):
    """Below the id lie the three files of the run, byte for byte."""
    deploy(runs.first)

    for name in FILES:
        here = (runs.output / runs.first / name).read_bytes()
        assert content(f"{MODELS}/{runs.first}/{name}") == here


def test_the_second_deploy_takes_over(deploy, content, keys, runs):
    """The second is in production, the first named as the one before; both versions are there."""
    deploy(runs.first)
    done = deploy(runs.second)

    pointer = json.loads(content(f"{MODELS}/production.json"))
    assert done.returncode == 0, done.stderr
    assert (pointer["model_id"], pointer["previous"]) == (runs.second, runs.first)
    for version in (runs.first, runs.second):
        assert set(keys()) >= {f"{MODELS}/{version}/{name}" for name in FILES}


def test_deploying_what_is_in_production_changes_nothing(deploy, content, runs):
    """The same deploy again: status 0, and production.json is the same as before."""
    deploy(runs.first)
    before = content(f"{MODELS}/production.json")

    done = deploy(runs.first)

    assert done.returncode == 0, done.stderr
    assert content(f"{MODELS}/production.json") == before


def test_the_start_of_an_id_is_enough(deploy, content, runs):
    """By the first 6 digits of its id, the first run is deployed, although there is a newer one."""
    done = deploy(runs.first[:6])

    assert done.returncode == 0, done.stderr
    assert json.loads(content(f"{MODELS}/production.json"))["model_id"] == runs.first


def test_without_an_id_the_newest_run_is_deployed(deploy, content, runs):
    """Without an argument, what was trained last goes into production."""
    done = deploy()

    assert done.returncode == 0, done.stderr
    assert json.loads(content(f"{MODELS}/production.json"))["model_id"] == runs.second


# A mistake


def test_an_unknown_id_is_told_in_one_line(deploy, keys):
    """An id that no run has: status 2, one line that names it, and nothing is put on S3."""
    done = deploy("0123456789")

    assert_is_told(done, "0123456789")
    assert keys() == []


def test_a_bucket_that_does_not_exist_is_told_in_one_line(deploy, client, runs):
    """Status 2, one line that names the bucket, and nobody has made it."""
    done = deploy(runs.first, S3_BUCKET="no-such-bucket")

    assert_is_told(done, "no-such-bucket")
    names = [bucket["Name"] for bucket in client.list_buckets()["Buckets"]]
    assert "no-such-bucket" not in names


def test_a_damaged_run_is_not_deployed(deploy, keys, runs, tmp_path):
    """The model's file was cut off on its way: status 2, one line, and nothing is in production."""
    output = tmp_path / "output"
    shutil.copytree(runs.output, output)
    model = output / runs.first / "model.pkl"
    model.write_bytes(model.read_bytes()[:-1])

    done = deploy(runs.first, OUTPUT_DIR=str(output))

    assert_is_told(done, "model.pkl")
    assert f"{MODELS}/production.json" not in keys()


def assert_is_told(done, named):
    """A mistake ends a command with status 2 and one line, which names it."""
    assert (done.returncode, done.stdout) == (2, "")
    assert len(done.stderr.splitlines()) == 1
    assert named in done.stderr
