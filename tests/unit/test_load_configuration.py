"""Where the settings of a load test come from, and which are refused."""

import json
from dataclasses import asdict
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from src.__main__ import cli
from src.errors import UserError
from src.load.command_line import Machines, arguments_of_a_run
from src.load.configuration import Configuration, seconds
from src.load.loopback import is_loopback, refuse_strangers
from src.load.questions import asked
from src.load.selection import Combination, combinations
from src.load.settings import SETTINGS
from src.load.sources import DEFAULT_FILE, resolve

SOUND = {
    "host": "http://127.0.0.1:9",
    "users": "3",
    "spawn_rate": "1.5",
    "duration": "90s",
    "stop_timeout": "7",
    "timeout": "2.5",
    "wait_time.min_seconds": "0.05",
    "wait_time.max_seconds": "0.5",
    "pred_method": "predict_proba",
    "dataset_name": "digits",
    "model_name": "random_forest",
    "runs": "2",
    "loglevel": "DEBUG",
    "budgets.p50_ms": "1",
    "budgets.p95_ms": "2",
    "budgets.p99_ms": "3",
    "budgets.error_share": "0.1",
    "budgets.requests_per_second": "4",
}


@pytest.fixture
def file(tmp_path):
    """Write a file of settings, and answer its path."""

    def write(**table):
        path = tmp_path / "load.json"
        path.write_text(json.dumps(table))
        return path

    return write


def paths(table, before=""):
    """The paths of the values in nested dictionaries."""
    for name, value in table.items():
        if isinstance(value, dict):
            yield from paths(value, f"{before}{name}.")
        else:
            yield before + name


def test_every_field_of_a_configuration_can_be_set():
    assert [setting.path for setting in SETTINGS] == list(paths(asdict(Configuration())))


def test_the_file_that_ships_says_everything():
    origins = resolve({}, {}).origins

    assert set(origins.values()) == {"src/load/config.json"}


def test_a_file_as_it_was_before_is_understood(file):
    example = file(
        host="http://localhost:8000",
        users=200,
        spawn_rate=20,
        duration="2m",
        stop_timeout=60,
        wait_time={"min_seconds": 0.01, "max_seconds": 0.1},
        pred_method=None,
        dataset_name="credit_card_transactions",
    )

    configuration = resolve({}, {}, example).configuration

    assert configuration == Configuration(dataset_name="credit_card_transactions")


def test_the_command_line_counts_before_the_environment_and_that_before_the_file(file):
    config = file(users=1)
    variables, flags = {"LOCUST_USERS": "2"}, {"users": "3"}

    found = [
        resolve(*sources).value("users")
        for sources in (({}, {}, config), ({}, variables, config), (flags, variables, config))
    ]

    assert found == [1, 2, 3]


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: setting.path)
def test_each_setting_can_come_from_its_flag(setting, file):
    resolved = resolve({setting.path: SOUND[setting.path]}, {}, file())

    assert str(resolved.value(setting.path)).removesuffix(".0") == SOUND[setting.path]
    assert resolved.origins[setting.path] == setting.flag
    assert {resolved.origins[other.path] for other in SETTINGS if other != setting} == {"default"}


@pytest.mark.parametrize(
    ("variable", "path"),
    [(variable, setting.path) for setting in SETTINGS for variable in setting.variables],
)
def test_each_variable_sets_its_setting(variable, path):
    resolved = resolve({}, {variable: SOUND[path]})

    assert str(resolved.value(path)).removesuffix(".0") == SOUND[path]
    assert resolved.origins[path] == variable


def test_an_empty_variable_counts_as_unset():
    assert resolve({}, {"DATASET_NAME": ""}) == resolve({}, {})


def test_our_loglevel_counts_before_locusts():
    resolved = resolve({}, {"LOCUST_LOGLEVEL": "ERROR", "LOGLEVEL": "debug"})

    assert (resolved.value("loglevel"), resolved.origins["loglevel"]) == ("DEBUG", "LOGLEVEL")


def test_a_budget_can_be_lifted():
    assert resolve({"budgets.p95_ms": "off"}, {}).value("budgets.p95_ms") is None


@pytest.mark.parametrize(
    ("flags", "environ", "message"),
    [
        ({"users": "many"}, {}, "--users: users is 'many'"),
        ({}, {"LOCUST_USERS": "0"}, "LOCUST_USERS: users is '0'"),
        ({"wait_time.min_seconds": "3"}, {}, "--wait-min: wait_time .* is more than max_seconds"),
        ({}, {"LOCUST_RUN_TIME": "2 minutes"}, "LOCUST_RUN_TIME: .* give a time, like 2m"),
        ({"host": "localhost:8000"}, {}, "--host: .* give a URL, like http://localhost:8000"),
        ({}, {"PRED_METHOD": "fit"}, "PRED_METHOD: .* 'predict' or 'predict_proba'"),
        ({"budgets.error_share": "2"}, {}, "--error-share: .* less than or equal to 1"),
    ],
)
def test_a_value_of_no_use_is_refused_with_where_it_comes_from(flags, environ, message):
    with pytest.raises(UserError, match=message):
        resolve(flags, environ)


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ({"user": 1}, "'user' is no setting; there are host, users, .*, budgets"),
        ({"budgets": {"p96_ms": 1}}, "'budgets.p96_ms' is no setting; there are p50_ms, .*"),
        ({"users": "200"}, "users is '200'"),
        ({"users": True}, "users is True"),
        ({"wait_time": 1}, "wait_time is 1"),
        ({"budgets": {"p50_ms": 0}}, "budgets.p50_ms is 0"),
    ],
)
def test_a_file_with_a_mistake_is_refused(file, table, message):
    with pytest.raises(UserError, match=f"load.json: {message}"):
        resolve({}, {}, file(**table))


def test_a_file_that_is_not_there_is_a_mistake_of_the_user(tmp_path):
    with pytest.raises(UserError, match=r"cannot be read .*--config"):
        resolve({}, {}, tmp_path / "absent.json")


@pytest.mark.parametrize(
    ("text", "expected"),
    [("20", 20), ("90s", 90), ("2m", 120), ("1h30m", 5400), ("1h1m1s", 3661), ("1m1h", 0), ("", 0)],
)
def test_times_are_those_of_locust(text, expected):
    assert seconds(text) == expected


def test_all_is_each_model_on_each_dataset_as_often_as_asked():
    planned = combinations(Configuration(runs=2, model_name="b, c"), ["x", "y"], ["a", "b", "c"])

    assert planned == [Combination(d, m, n) for d in "xy" for m in "bc" for n in (1, 2)]


@pytest.mark.parametrize("names", ["x,z", "", "all,x"])
def test_a_dataset_that_there_is_not_is_refused_with_those_that_there_are(names):
    with pytest.raises(UserError, match=r"No dataset .*: choose all, or some of x, y\."):
        combinations(Configuration(dataset_name=names), ["x", "y"], ["a"])


def test_locust_is_told_all_that_its_own_files_could_say():
    configuration = Configuration(users=3, spawn_rate=0.5, duration="1m", stop_timeout=4)
    told = arguments_of_a_run(configuration, Path("plan"), Path("f"), Machines(others=["--x"]))

    assert " ".join(told) == (
        "--headless --only-summary --host http://localhost:8000 --users 3 --spawn-rate 0.5 "
        f"--run-time 60s --stop-timeout 4 --loglevel INFO --csv {Path('f/locust')} "
        f"--html {Path('f/locust.html')} --plan plan --result {Path('f/result.json')} --x"
    )


@pytest.mark.parametrize(
    ("url", "is_it"),
    [
        ("http://localhost:8000", True),
        ("http://127.0.0.1", True),
        ("http://127.8.8.8:1", True),
        ("https://[::1]:8000", True),
        ("http://10.0.0.1", False),
        ("http://0.0.0.0:8000", False),
        ("http://example.org", False),
        ("http://localhost.example.org", False),
        ("http://127.0.0.1.example.org", False),
        ("http://localhost@example.org", False),
        ("http://[2001:db8::1]", False),
    ],
)
def test_this_machine_is_told_from_others(url, is_it):
    assert is_loopback(url) is is_it


def test_load_on_another_machine_is_refused_where_a_file_names_it(file):
    with pytest.raises(UserError, match=r"load\.json sends .*--host http://example\.org"):
        refuse_strangers(resolve({}, {}, file(host="http://example.org")))


def test_load_on_another_machine_is_refused_where_a_variable_names_it():
    with pytest.raises(UserError, match="LOCUST_HOST sends the load to"):
        refuse_strangers(resolve({}, {"LOCUST_HOST": "http://example.org"}))


def test_load_on_another_machine_is_let_go_where_it_is_named_by_hand():
    resolved = resolve({"host": "http://example.org"}, {"LOCUST_HOST": "http://example.com"})

    assert refuse_strangers(resolved) is None
    assert resolved.configuration.host == "http://example.org"


def test_the_file_that_ships_sends_load_to_this_machine():
    assert is_loopback(json.loads(DEFAULT_FILE.read_text())["host"])


@pytest.fixture
def answer_questions():
    """Have the questions of a terminal answered, line by line, and answer what came of it."""

    def answer(flags, environ, *lines):
        answers = []

        @click.command()
        def ask():
            answers.append(asked(resolve(flags, environ), ["x", "y"], ["a", "b"]))

        result = CliRunner().invoke(ask, input="".join(f"{line}\n" for line in lines))
        return answers[0], result.output

    return answer


def test_a_terminal_is_asked_and_return_takes_what_is_offered(answer_questions):
    chosen, shown = answer_questions({}, {}, "", "b", "3")

    assert (chosen.dataset_name, chosen.model_name, chosen.runs) == ("all", "b", 3)
    assert "Datasets (x, y, all) [all]:" in shown


def test_an_answer_of_no_use_is_asked_again(answer_questions):
    chosen, shown = answer_questions({}, {}, "z", "y", "", "0", "1")

    assert (chosen.dataset_name, chosen.runs) == ("y", 1)
    assert "No dataset 'z': choose all, or some of x, y." in shown


def test_what_is_said_already_is_not_asked(answer_questions):
    chosen, shown = answer_questions({"runs": "2"}, {"DATASET_NAME": "x"}, "a")

    assert (chosen.dataset_name, chosen.model_name, chosen.runs) == ("x", "a", 2)
    assert shown.count(":") == 1


def test_show_tells_where_each_value_comes_from(monkeypatch):
    monkeypatch.setenv("PRED_METHOD", "predict_proba")
    monkeypatch.setenv("LOCUST_PROCESSES", "2")

    lines = CliRunner().invoke(cli, ["load", "show", "--users", "5"]).stdout.splitlines()

    told = {line.split()[0]: line.split()[1:3] for line in lines if line.strip()}
    assert told["users"] == ["5", "--users"]
    assert told["pred_method"] == ["predict_proba", "PRED_METHOD"]
    assert told["spawn_rate"] == ["20.0", "src/load/config.json"]
    assert lines[-1] == "Locust itself reads LOCUST_PROCESSES."
