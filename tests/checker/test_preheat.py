"""What the warm process does with libraries beforehand: it saves reading, and changes nothing."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

INSIDE = Path(__file__).parents[2] / "checker/inside"
IMPORTS = (
    "import boto3.session, coverage, hypothesis, moto.core.utils, moto.s3.models, narwhals, "
    "pydantic, pytest, threadpoolctl, preheat"
)
FACTS = """
import json, os, sys, threading
def facts():
    links = [os.readlink(f"/proc/self/fd/{n}") for n in os.listdir("/proc/self/fd") if n != "3"]
    return {
        "threads": len(os.listdir("/proc/self/task")),
        "sockets": sum(link.startswith("socket:") for link in links),
        "environment": dict(os.environ),
        "traced": [sys.gettrace() is not None, threading.gettrace() is not None],
    }
"""
CLIENT = """
import json, sys
read = []
sys.addaudithook(lambda event, args: event == "open" and read.append(str(args[0])))
keys = {"aws_access_key_id": "none", "aws_secret_access_key": "none"}
boto3.session.Session().client("s3", "us-east-1", **keys)
moto.core.utils.get_service_model("s3")
print(json.dumps([name for name in read if "service-2.json" in name]))
"""
BUCKETS = """
import json
with moto.mock_aws():
    answer = boto3.session.Session().client("s3", "us-east-1").list_buckets()
    print(json.dumps(answer["Buckets"]))
"""
LOOKS = """
import importlib.metadata, json
looks = []
find = importlib.metadata.entry_points
importlib.metadata.entry_points = lambda **group: looks.append(group) or find(**group)
from narwhals.stable.v2 import from_native
pydantic.TypeAdapter(int), from_native(3, pass_through=True)
print(json.dumps(looks))
"""
FIXTURES = """
import contextlib, io, json
printed = io.StringIO()
with contextlib.redirect_stdout(printed):
    pytest.main(["--fixtures", "-v", "-q", "-p", "no:cacheprovider", "--rootdir", folder, folder])
print(json.dumps(printed.getvalue()))
"""
TESTS = """
import pytest

class TestIt:
    @pytest.fixture(autouse=True)
    def theirs(self):
        "A fixture of their own."

    def test_it(self):
        pass
"""
linux = pytest.mark.skipif(sys.platform != "linux", reason="there is no warm process elsewhere")


def told_by(script: str):
    """What a script in a process of its own prints, as JSON."""
    command = [sys.executable, "-c", f"import sys; sys.path.append({str(INSIDE)!r})\n{script}"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    return json.loads(done.stdout)


@linux
def test_it_leaves_no_thread_no_connection_no_tracing_and_the_environment_as_it_was():
    script = "before = facts(); preheat.preheat(); print(json.dumps([before, facts()]))"

    before, after = told_by(f"{IMPORTS}\n{FACTS}\n{script}")

    assert after == before


def test_descriptions_of_services_are_not_read_again():
    assert told_by(f"{IMPORTS}\npreheat.preheat()\n{CLIENT}") == []
    assert told_by(f"{IMPORTS}\n{CLIENT}") != []


def test_plugins_of_libraries_are_not_looked_for_again():
    assert told_by(f"{IMPORTS}\npreheat.preheat()\n{LOOKS}") == []
    assert told_by(f"{IMPORTS}\n{LOOKS}") != []


def test_a_mocked_s3_is_empty_afterwards():
    assert told_by(f"{IMPORTS}\npreheat.preheat()\n{BUCKETS}") == []


def test_all_fixtures_are_found_those_of_pytest_and_those_of_the_tests(tmp_path):
    (tmp_path / "test_it.py").write_text(TESTS)
    folder = f"folder = {str(tmp_path)!r}"

    found = fixtures_in(told_by(f"{IMPORTS}\n{folder}\npreheat.preheat()\n{FIXTURES}"))

    assert found == fixtures_in(told_by(f"{IMPORTS}\n{folder}\n{FIXTURES}"))
    assert {"tmp_path", "capsys", "record_property", "theirs"} <= found


def fixtures_in(listing):
    """Names of the fixtures that `pytest --fixtures` lists."""
    return {line.split()[0] for line in listing.splitlines() if " -- " in line}


def test_a_library_that_nobody_imported_stays_out():
    script = "import json, preheat; preheat.preheat(); print(json.dumps(sorted(sys.modules)))"

    assert {"botocore", "moto", "threadpoolctl"}.isdisjoint(told_by(script))


def test_a_library_that_has_changed_is_left_alone():
    """It has another way to do this now: that costs time, and nothing else."""
    script = "import types; sys.modules['threadpoolctl'] = types.ModuleType('threadpoolctl')"

    assert told_by(f"{script}\nimport preheat; preheat.preheat(); print('true')") is True
