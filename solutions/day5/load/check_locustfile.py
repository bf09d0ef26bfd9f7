"""Checks the attendee's load test: it has to tell a good server from a bad one.

The server runs in a process of its own, and so does Locust, which cannot live with others in one.
What a failing check says is shown on the board, to the attendee.
"""

import ast
import os
import re
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[2]
LOCUSTFILE = HERE / "locustfile.py"
CALLERS, SECONDS = 16, 2
PATIENCE = 30  # seconds until a Locust that does not end is ended
# With -t, the time that it takes to load the file counts: on a slow machine nothing is left.
TIMER = f"""
import gevent
from locust import events

@events.init.add_listener
def end_in_time(environment, **_):
    environment.events.spawning_complete.add_listener(
        lambda **_: gevent.spawn_later({SECONDS}, environment.runner.quit)
    )
"""
LONGEST = 160  # characters of what Locust says
TOTAL = re.compile(r"^ +Aggregated +(\d+) +(\d+)\(", re.MULTILINE)
FAILURE = re.compile(r"^(\d+) +([A-Z]+ \S.*: .*?) *$", re.MULTILINE)
ERROR = re.compile(r"\w+(\.\w+)*(Error|Exception|Timeout)\b")
LINE = re.compile(r'locustfile\.py", line (\d+)')
LOCUSTS = re.compile(r"\[\d{4}-|Type |Response time|Error report|# occ|[A-Z]+ +/| +Aggregated|-{3}")


def test_the_load_test_passes_exactly_where_the_server_is_good(tmp_path):
    """Locust ends with status 0 on a server that keeps its promises, and else with another."""
    meet_what_is_still_to_be_written()

    with serving(tmp_path / "log") as server:
        ended = run_locust(server, tmp_path)

    if not ended.requests:
        raise AssertionError(f"No request was made.\n{ended.story}")
    if ended.status != 0:
        raise AssertionError(
            f"Locust ended with status {ended.status} on a server that is good: "
            f"{ended.failures} of {ended.requests} requests failed.\n{ended.story}"
        )


def meet_what_is_still_to_be_written():
    """Raise a NotImplementedError where one is left, as if it were run in this process."""
    try:
        tree = ast.parse(LOCUSTFILE.read_text(encoding="utf-8"))
    except SyntaxError as error:
        raise AssertionError(f"It is no Python: {error.msg} in line {error.lineno}.") from None
    for node in ast.walk(tree):
        if isinstance(node, ast.Raise) and "NotImplementedError" in ast.unparse(node):
            exec(compile(ast.Module([node], []), LOCUSTFILE, "exec"))


@contextmanager
def serving(log):
    """The server of server.py, in a process of its own, ended whatever happens."""
    with log.open("w") as errors:
        process = subprocess.Popen(
            [sys.executable, "-m", "exercises.day5.load.server"],
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        )
    try:
        address, _, pid = process.stdout.readline().strip().partition(" SERVER_PID=")
        assert pid, f"The server did not start: {log.read_text()[-300:]}"
        yield SimpleNamespace(address=address, pid=pid)
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def run_locust(server, folder):
    """Run the attendee's file against the server: its status, what it counted, and said."""
    timer = folder / "timer.py"
    timer.write_text(TIMER)
    command = [
        *(sys.executable, "-u", "-m", "locust", "-f", f"{LOCUSTFILE},{timer}", "--headless"),
        *("--host", server.address, "--only-summary"),
        *("-u", str(CALLERS), "-r", "100", "--stop-timeout", "3"),
    ]
    try:
        done = subprocess.run(
            command,
            cwd=ROOT,
            env={**os.environ, "SERVER_PID": server.pid},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=PATIENCE,
        )
    except subprocess.TimeoutExpired:
        raise AssertionError(
            f"After {PATIENCE} seconds, Locust is still running: it has {SECONDS}, once all "
            "callers are there."
        ) from None
    total = TOTAL.search(done.stdout)
    requests, failures = map(int, total.groups()) if total else (0, 0)
    return SimpleNamespace(
        status=done.returncode, requests=requests, failures=failures, story=story_of(done.stdout)
    )


def story_of(said):
    """What Locust said that tells most: of failures the most frequent, else of errors the last."""
    failures = [(int(count), what) for count, what in FAILURE.findall(said)]
    if failures:
        count, what = max(failures)
        return cut(f"Most often ({count} times): {what}")
    own = [line for line in said.splitlines() if line.strip() and not LOCUSTS.match(line)]
    where = LINE.findall(said)
    errors = [line for line in own if ERROR.match(line)]
    if errors:
        return cut(errors[-1]) + (f" (locustfile.py:{where[-1]})" if where else "")
    return cut(f"It printed: {own[-1]}") if own else "It printed nothing else."


def cut(text):
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
