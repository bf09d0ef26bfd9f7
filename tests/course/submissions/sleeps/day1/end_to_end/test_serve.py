"""A suite that sleeps instead of waiting."""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from exercises.day1.data_points import random_data_points

ROOT = Path(__file__).parents[3]
with socket.create_server(("127.0.0.1", 0)) as listener:
    PORT = listener.getsockname()[1]
URL = f"http://127.0.0.1:{PORT}"


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    output = tmp_path_factory.mktemp("o") / "output"
    shutil.copytree(ROOT / "output", output)
    env = os.environ | {"OUTPUT_DIR": str(output)}
    subprocess.run([sys.executable, "-m", "src", "deploy"], cwd=ROOT, env=env, check=True)
    process = subprocess.Popen(
        [sys.executable, "-m", "src", "serve", "--port", str(PORT)], cwd=ROOT, env=env
    )
    time.sleep(3)
    yield process
    process.terminate()
    process.wait()


def ask(path, data=None):
    request = urllib.request.Request(URL + path, data, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=5) as response:
        return json.loads(response.read())


@pytest.mark.parametrize("count", [1, 5, 10, 50])
def test_each_point_gets_a_prediction(server, count):
    answer = ask("/invocation", json.dumps(random_data_points(count)).encode())
    assert len(answer["predictions"]) == count


def test_health(server):
    assert ask("/health")["status"] == "ok"
