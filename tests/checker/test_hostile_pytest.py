"""Tests and conftests that change pytest: what can be noticed is named, what cannot is no catch."""

import pytest

from tests.checker.hostile import CRASHED, STOPPED, Runs, results

ONE_FAILS = "def test_fails(): assert False\n\ndef test_passes(): pass\n"
DIVIDES = "ZeroDivisionError: division by zero"


@pytest.fixture
def run(runner, tmp_path):
    run = Runs(runner, tmp_path)
    yield run
    run.check_that_all_is_well()


@pytest.mark.parametrize(
    "code",
    [
        pytest.param("pytest.exit('enough', returncode=0)", id="pytest.exit"),
        pytest.param("request.session.shouldstop = 'enough'", id="shouldstop"),
        pytest.param("request.session.shouldfail = 'enough'", id="shouldfail"),
        pytest.param("request.session.items.clear()", id="no-items-left"),
        pytest.param("import _pytest.runner as runner; runner.runtestprotocol = list", id="runner"),
    ],
)
def test_tests_that_keep_others_from_running_have_stopped_pytest(run, code):
    tests = f"def test_stops(request):\n    {code}\n\ndef test_other(): pass\n"

    assert run(tests).explanation.startswith(STOPPED)


def test_a_run_without_the_plugin_that_takes_notes_has_crashed(run):
    tests = """
def test_it(request):
    manager = request.config.pluginmanager
    for plugin in manager.get_plugins(): manager.unregister(plugin)
"""
    assert run(tests).explanation == f"{CRASHED}the process ended with status 0."


@pytest.mark.parametrize(
    "hook",
    [
        "pytest_configure(config)",
        "pytest_sessionstart(session)",
        "pytest_collection_modifyitems(items)",
        "pytest_collection_finish(session)",
        "pytest_runtest_logstart(nodeid)",
        "pytest_sessionfinish(session)",
    ],
)
def test_a_hook_that_raises_stops_pytest_and_says_so(run, hook):
    assert run(ONE_FAILS, conftest=f"def {hook}: 1 / 0").explanation == f"{STOPPED}: {DIVIDES}."


def test_a_hook_that_raises_in_a_test_fails_it(run):
    outcome = run(ONE_FAILS, conftest="def pytest_runtest_setup(item): 1 / 0")

    assert results(outcome) == ["failed", "failed"]
    assert {result.message for result in outcome.tests.values()} == {DIVIDES}


@pytest.mark.parametrize(
    ("conftest", "why"),
    [
        ("import nothing_of_this_name", "ModuleNotFoundError: No module named 'nothing_of_thi"),
        ("if True", 'File "exercises/conftest.py", line 1'),
        ("pytest_plugins = ['nothing_of_this_name']", "pytest.UsageError: Error importing plug"),
    ],
)
def test_a_conftest_that_cannot_be_imported_is_named(run, conftest, why):
    outcome = run(ONE_FAILS, conftest=conftest)

    assert outcome.explanation.startswith(f"the file cannot be imported: {why}")


@pytest.mark.parametrize(
    "hook",
    [
        pytest.param("pytest_runtestloop(session): return True", id="the-loop"),
        pytest.param("pytest_runtest_protocol(item): return True", id="the-protocol"),
    ],
)
def test_a_hook_in_the_place_of_pytests_own_has_stopped_it(run, hook):
    assert run(ONE_FAILS, conftest=f"def {hook}").explanation == f"{STOPPED}."


def test_a_hook_that_drops_every_test_leaves_none(run):
    outcome = run(ONE_FAILS, conftest="def pytest_collection_modifyitems(items): items.clear()")

    assert outcome.ended == "empty"


def test_a_hook_that_changes_a_report_comes_too_late(run):
    turns_failures_into_passes = """
import pytest

@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    report = yield
    report.outcome = "passed"
    return report
"""
    assert results(run(ONE_FAILS, conftest=turns_failures_into_passes)) == ["failed", "passed"]


@pytest.mark.parametrize(
    ("conftest", "expected"),
    [
        pytest.param(
            "def pytest_collection_modifyitems(items): del items[0]",
            ["passed"],
            id="a-test-that-is-dropped",
        ),
        pytest.param(
            "def pytest_runtest_makereport(item, call): call.excinfo = None",
            ["passed", "passed"],
            id="a-failure-that-is-forgotten",
        ),
        pytest.param(
            "def pytest_pyfunc_call(pyfuncitem): return True",
            ["passed", "passed"],
            id="a-test-that-is-not-called",
        ),
    ],
)
def test_what_a_conftest_hides_cannot_be_seen_and_catches_nothing(run, conftest, expected):
    assert results(run(ONE_FAILS, conftest=conftest)) == expected
