"""Which lines of the application each test runs."""

import sys
from pathlib import Path

import pytest

APPLICATION = ("src", "exercises")  # an exercise may be a program, and what is tested
PROCESSES = ("subprocess.Popen", "os.fork", "os.posix_spawn", "os.system")
IMPORTS, TEARDOWN = "import", "teardown"


class Reach:
    """A pytest plugin that reports, at the end, the lines of the application by test.

    Code of a fixture that several tests share is credited to each that uses it, that of an import
    and of the last teardown to all. A test that starts processes reaches what cannot be seen.
    """

    def __init__(self, write):
        import coverage

        self.write = write
        self.tests: dict[str, list[str]] = {}  # id -> names of its fixtures
        self.shared: dict[str, str] = {}  # context of a shared fixture -> its name
        self.unseen: set[str] = set()
        self.context = ""
        self.root = Path.cwd()
        self.coverage = coverage.Coverage(
            data_file=None,
            config_file=False,
            include=[f"{self.root}/{name}/*" for name in APPLICATION],
        )
        self.coverage.start()
        self._switch(IMPORTS)
        sys.addaudithook(self._notice)

    def pytest_collection_finish(self, session):
        """Remember what uses which fixtures."""
        self.tests = {item.nodeid: list(item.fixturenames) for item in session.items}

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_setup(self, item):
        """From here on it is this test's code that runs."""
        self._switch(item.nodeid)
        return (yield)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_teardown(self, item, nextitem):
        """What ends with the last test of a class or file ends for all of it."""
        if nextitem is None or nextitem.parent is not item.parent:
            self._switch(TEARDOWN)
        return (yield)

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(self, fixturedef):
        """The code of a shared fixture is not only this test's."""
        before = self.context
        if fixturedef.scope != "function":
            self.shared[f"fixture {len(self.shared)}"] = fixturedef.argname
            self._switch(f"fixture {len(self.shared) - 1}")
        try:
            return (yield)
        finally:
            self._switch(before)

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self):
        """Report who reaches what."""
        self.coverage.stop()
        data = self.coverage.get_data()
        lines: dict[str, dict[str, list[int]]] = {test: {} for test in self.tests}
        for path in data.measured_files():
            file = Path(path).resolve().relative_to(self.root.resolve()).as_posix()
            for line, contexts in data.contexts_by_lineno(path).items():
                for test in {test for context in contexts for test in self._credited(context)}:
                    lines[test].setdefault(file, []).append(line)
        unseen = {test for context in self.unseen for test in self._credited(context)}
        self.write(event="reach", lines=lines, unseen=sorted(unseen))

    def _credited(self, context: str) -> list[str]:
        if context in self.tests:
            return [context]
        if fixture := self.shared.get(context):
            return [test for test, fixtures in self.tests.items() if fixture in fixtures]
        return list(self.tests)

    def _switch(self, context: str) -> None:
        if context != self.context:  # each switch stores what was seen so far
            self.context = context
            self.coverage.switch_context(context)

    def _notice(self, event: str, _) -> None:
        if event in PROCESSES:
            self.unseen.add(self.context)
