"""Runs that are forked where the tests are collected already: as good as runs that begin anew."""

import compileall
import os
import shutil
import signal
from pathlib import Path

import pandas as pd
import pytest

from checker.course import Course
from checker.forks import can_fork
from checker.outcome import DAMAGED
from checker.plan import Plan
from checker.process import Limits
from checker.runner import PARENT_DIED, Runner
from checker.stems import IDLE

resource = pytest.importorskip("resource")  # not on Windows
pytestmark = pytest.mark.skipif(not can_fork(), reason="there are no forks here")
TARGET = "exercises/test_it.py"
DATA = "data/points/points.parquet"
APPLICATION = '''
import functools

LIMIT = 10


def double(number, times=2):
    """Double."""
    return number * times


def counter():
    count = 0

    def more():
        nonlocal count
        count += 1
        return count

    return more


next_number = counter()


def shown(function):
    @functools.wraps(function)
    def inner(*arguments):
        return f"<{function(*arguments)}>"

    return inner


@shown
def name(first):
    return first.title()


@functools.cache
def half(number):
    return number / 2


def numbers():
    yield 1
    yield 2


square = lambda number: number * number


class Point:
    dimensions = 2

    def __init__(self, x):
        self.x = x

    @property
    def far(self):
        return self.x > LIMIT

    @staticmethod
    def origin():
        return Point(0)


def called():
    return 1


CALLED = called()
'''
TESTS = """
import os
import src.app as app

BORN = os.getpid()


def test_begins_anew():
    assert os.getpid() == BORN


def test_application():
    assert app.double(2) == 4
    assert [app.next_number(), app.next_number()] == [1, 2]
    assert app.name("ann") == "<Ann>"
    assert app.half(4) == 2
    assert list(app.numbers()) == [1, 2]
    assert app.square(3) == 9
    assert (app.Point(11).far, app.Point(10).far) == (True, False)
    assert app.Point.origin().x == 0
    assert (app.CALLED, app.called(), app.Point.dimensions) == (1, 1, 2)
    assert app.double.__doc__ == "Double."
"""


@pytest.fixture(scope="module")
def runner(tmp_path_factory):
    with Runner(Course(tmp_path_factory.mktemp("course"))) as runner:  # imports nothing heavy
        yield runner


@pytest.fixture
def own(tmp_path):
    """A runner that nobody else has used."""
    with Runner(Course(tmp_path)) as runner:
        yield runner


class Workspace:
    """A workspace whose tests are collected, where edits are made and runs are begun."""

    def __init__(self, root: Path, runner: Runner, tests: str = TESTS):
        self.root, self.runner, self.tests = root, runner, tests
        self.original = root.with_suffix(".py")
        self.original.write_text(APPLICATION)
        self.lay_out()

    def lay_out(self) -> None:
        root = self.root
        for folder in ("home", "tmp", "exercises", "src", "data/points"):
            (root / folder).mkdir(parents=True)
        (root / "exercises/pytest.ini").write_text("[pytest]\n")
        (root / TARGET).write_text(self.tests)
        (root / "src/app.py").write_text(APPLICATION)
        (root / "src/lazy.py").write_text("def late():\n    return 'late'\n")
        pd.DataFrame({"speed": [1.0, 2.0]}).to_parquet(root / DATA)
        compileall.compile_dir(root / "src", quiet=1)  # as a first run leaves it

    def collect(self) -> None:
        if not self.runner.collect(self.root, TARGET, TARGET, Limits()):
            shutil.rmtree(self.root)
            self.lay_out()

    def run_collected(self) -> None:
        self.collect()
        self.run()

    def run(self, was: str = "", now: str = "", file: str = "src/app.py", **how) -> dict:
        """How each test ended, with the edit made."""
        path = self.root / file
        before = path.read_text()
        assert not was or before.count(was) == 1
        if was:
            path.write_text(before.replace(was, now))
            shutil.rmtree(path.parent / "__pycache__")
        try:
            module = file.removesuffix(".py").replace("/", ".") if was else None
            where = self.root, TARGET, TARGET, Limits()
            self.outcome = self.runner.run_tests(
                *where, module=module, from_stem=True, file=file, original=self.original, **how
            )
        finally:
            path.write_text(before)
        tests = self.outcome.tests.items()
        return {test.partition("::")[2]: result.outcome for test, result in tests}


@pytest.fixture
def workspace(tmp_path, runner):
    """Makes a workspace and has its tests collected."""

    def workspace(tests: str = TESTS) -> Workspace:
        made = Workspace(tmp_path / "workspace", runner, tests)
        made.collect()
        return made

    return workspace


FORKED = {"test_begins_anew": "failed", "test_application": "passed"}
FORKED_AND_FAILED = dict.fromkeys(FORKED, "failed")
ANEW = {"test_begins_anew": "passed", "test_application": "passed"}
ANEW_AND_FAILED = ANEW | {"test_application": "failed"}


def test_a_run_goes_on_from_the_collected_tests(workspace):
    assert workspace().run() == FORKED


def test_without_collected_tests_a_run_begins_anew(tmp_path, runner):
    assert Workspace(tmp_path / "workspace", runner).run() == ANEW


# Edits of functions are made in the fork


@pytest.mark.parametrize(
    ("was", "now"),
    [
        pytest.param("return number * times", "return number + 1", id="function"),
        pytest.param("return number * times", "number += 1\n    return number", id="more-lines"),
        pytest.param("count += 1", "count += 2", id="closure-that-is-there"),
        pytest.param('f"<{function', 'f"[{function', id="wrapper-of-a-decorator"),
        pytest.param("first.title()", "first.upper()", id="decorated"),
        pytest.param("return number / 2", "return number // 3", id="cached"),
        pytest.param("yield 2", "yield 3", id="generator"),
        pytest.param("yield 2", "return", id="generator-that-ends-early"),
        pytest.param("number * number", "number + number", id="lambda"),
        pytest.param("self.x = x", "self.x = x + 1", id="method"),
        pytest.param("self.x > LIMIT", "self.x >= LIMIT", id="property"),
        pytest.param("return Point(0)", "return Point(1)", id="static-method"),
        pytest.param("return number * times", "return True * times", id="number-as-a-boolean"),
    ],
)
def test_an_edited_function_has_its_new_code(workspace, was, now):
    assert workspace().run(was, now) == FORKED_AND_FAILED


def test_the_next_run_has_the_old_code_again(workspace):
    here = workspace()
    here.run("return number * times", "return 0")

    assert here.run() == FORKED


def test_a_function_below_the_edit_knows_its_new_lines(workspace):
    here = workspace(
        "import inspect\nimport src.app as app\n"
        "def test_it():\n    assert 'number / 2' in inspect.getsource(app.half)\n"
    )

    assert here.run("return number * times", "pass\n    return 0") == {"test_it": "passed"}


def test_a_module_that_is_imported_later_is_the_edited_one(workspace):
    here = workspace(
        "import os\nBORN = os.getpid()\n"
        "def test_begins_anew():\n    assert os.getpid() == BORN\n"
        "def test_it():\n    from src.lazy import late\n    assert late() == 'late'\n"
    )

    found = here.run("'late'", "'never'", file="src/lazy.py")

    assert found == {"test_begins_anew": "failed", "test_it": "failed"}


def test_data_is_edited_after_the_tests_are_collected(workspace):
    here = workspace(
        "import os\nBORN = os.getpid()\n"
        "def test_begins_anew():\n    assert os.getpid() == BORN\n"
        f"def test_it():\n    import pandas as pd\n    assert len(pd.read_parquet({DATA!r})) == 2\n"
    )

    found = here.run(edit={"path": str(here.root / DATA), "edit": "df.head(1)"})

    assert found == {"test_begins_anew": "failed", "test_it": "failed"}


def test_a_module_that_is_forgotten_after_its_import_is_edited_all_the_same(workspace):
    tests = TESTS.replace("BORN", "import sys\ndel sys.modules['src.app']\nBORN", 1)

    assert workspace(tests).run("return number * times", "return 0") == FORKED_AND_FAILED


def test_a_module_that_is_imported_by_two_names_is_edited_in_both(workspace):
    tests = TESTS.replace(
        "import src.app as app", "import sys\nsys.path.append('src')\nimport src.app\nimport app"
    )

    assert workspace(tests).run("return number * times", "return 0") == FORKED_AND_FAILED


# Other edits are not


@pytest.mark.parametrize(
    ("was", "now"),
    [
        pytest.param("LIMIT = 10", "LIMIT = 9", id="constant"),
        pytest.param("times=2", "times=3", id="default"),
        pytest.param("def name(first)", "def name(first, last)", id="parameter"),
        pytest.param("@functools.cache", "@shown", id="decorator"),
        pytest.param("dimensions = 2", "dimensions = 3", id="attribute-of-a-class"),
        pytest.param('"""Double."""', '"""Twice."""', id="docstring"),
        pytest.param("    return 1", "    return 3", id="called-when-imported"),
        pytest.param("    count = 0\n", "    count = 5\n", id="makes-a-closure-when-imported"),
        pytest.param("next_number = counter()", "next_number = lambda: 1", id="another-object"),
    ],
)
def test_a_run_begins_anew_where_importing_makes_a_difference(workspace, was, now):
    assert workspace().run(was, now) == ANEW_AND_FAILED


def test_a_module_that_is_no_python_any_more_is_told(workspace):
    here = workspace()
    here.run("return number * times", "return number *")

    assert here.outcome.ended == "import_error"


# Nor are runs forked where collecting the tests has left or seen what they would share


@pytest.mark.parametrize(
    "line",
    [
        pytest.param(
            "threading.Thread(target=time.sleep, args=(9,), daemon=True).start()", id="thread"
        ),
        pytest.param("FILE = open(__file__)", id="open-file"),
        pytest.param("SERVER = socket.create_server(('127.0.0.1', 0))", id="socket"),
        pytest.param("CHILD = subprocess.Popen(['sleep', '9'])", id="process"),
        pytest.param("TEXT = inspect.getsource(app)", id="text-of-the-application"),
        pytest.param(f"DATA = pd.read_parquet({DATA!r})", id="data"),
        pytest.param("FOLDER = tempfile.mkdtemp()", id="new-folder"),
        pytest.param("Path('output').mkdir()", id="output"),
        pytest.param("Path('exercises/more').write_text('')", id="new-file"),
        pytest.param("sys.setprofile(lambda *_: None)", id="profile"),
    ],
)
def test_a_run_begins_anew_where_forks_would_share(workspace, line):
    imports = (
        "import inspect, socket, subprocess, sys, tempfile, threading, time\n"
        "import pandas as pd\nfrom pathlib import Path\n"
    )
    own = TESTS.replace("BORN =", f"{line}\nBORN =")

    assert workspace(f"{imports}{own}").run() == ANEW


@pytest.mark.parametrize(
    "tests",
    [
        pytest.param("import nothing_of_this_name\n", id="import-error"),
        pytest.param("import pytest\npytest.skip('no', allow_module_level=True)\n", id="skipped"),
        pytest.param("import os\nos._exit(0)\n", id="exits"),
        pytest.param("import sys\nsys.exit()\n", id="ends"),
    ],
)
def test_a_file_that_cannot_be_collected_ends_as_it_does_anew(workspace, tests):
    here = workspace(tests)
    here.run()
    from_stem = here.outcome

    anew = here.runner.run_tests(here.root, TARGET, TARGET, Limits())

    assert (from_stem.ended, from_stem.detail) == (anew.ended, anew.detail)


# A fork is what a run is


def test_what_the_file_has_set_is_there(workspace):
    here = workspace(
        "import os, random\nos.environ['NAME'] = 'own'\nos.chdir('src')\nrandom.seed(7)\n"
        "def test_it():\n"
        "    own = random.random()\n    random.seed(7)\n    assert own == random.random()\n"
        "    assert os.environ['NAME'] == 'own'\n    assert os.getcwd().endswith('src')\n"
    )

    assert here.run() == {"test_it": "passed"}


def test_what_one_run_has_set_another_does_not_see(workspace):
    here = workspace(
        "import os\nSEEN = []\n"
        "def test_it():\n    assert (SEEN, os.environ.get('SEEN')) == ([], None)\n"
        "    SEEN.append(1)\n    os.environ['SEEN'] = 'yes'\n"
    )

    assert [here.run(), here.run()] == [{"test_it": "passed"}] * 2


def test_a_first_run_tells_what_collecting_its_tests_has_imported_of_others(workspace):
    here = workspace("import colorsys\nimport src.app\n\ndef test_it(): pass\n")

    here.run(first=True)

    assert "colorsys" in here.outcome.libraries
    assert {"pytest", "src.app"}.isdisjoint(here.outcome.libraries)


def test_runs_choose_and_order_the_tests(workspace):
    here = workspace()

    chosen = here.run(
        plan=Plan([f"{TARGET.removeprefix('exercises/')}::test_application"], others=False)
    )
    backwards = here.run(plan=Plan([f"test_it.py::{name}" for name in reversed(FORKED)]))

    assert chosen == {"test_application": "passed"}
    assert [*backwards] == ["test_application", "test_begins_anew"]


def test_what_a_run_prints_is_its_own(workspace):
    here = workspace(
        "import sys\nprint('collected')\n"
        "def test_it():\n    while True:\n        print('without end', file=sys.stderr)\n"
    )
    here.run()

    assert here.outcome.ended == "flooded"


def test_a_run_that_kills_its_parent_is_named_and_the_next_one_is_whole(workspace):
    here = workspace(
        "import os, signal\n"
        "def test_it():\n    os.kill(os.getppid(), signal.SIGKILL)\n    signal.pause()\n"
        "def test_other(): pass\n"
    )
    here.run()
    died = here.outcome
    other = here.run(plan=Plan(["test_it.py::test_other"], others=False))

    assert (died.ended, died.detail) == ("crashed", PARENT_DIED)
    assert other == {"test_other": "passed"}


def test_a_run_that_stops_its_parent_ends_all_the_same(workspace):
    here = workspace(
        "import os, signal\n"
        "def test_it():\n    os.kill(os.getppid(), signal.SIGSTOP)\n"
        "def test_other(): pass\n"
    )
    stops = here.run(plan=Plan(["test_it.py::test_it"], others=False))
    other = here.run(plan=Plan(["test_it.py::test_other"], others=False))

    assert (stops, other) == ({"test_it": "passed"}, {"test_other": "passed"})


def test_a_run_that_says_of_itself_that_it_should_begin_anew_has_crashed(workspace):
    here = workspace(
        "def test_it(request):\n"
        "    plugins = request.config.pluginmanager.get_plugins()\n"
        "    [own] = [one for one in plugins if type(one).__name__ == 'Report']\n"
        "    own.write(event='unfit', message='')\n"
    )
    here.run()

    assert (here.outcome.ended, here.outcome.detail) == ("crashed", DAMAGED)


def test_a_machine_that_allows_few_open_files_is_enough(tmp_path, own):
    own.warm_up()
    resource.prlimit(own.pid, resource.RLIMIT_NOFILE, (32, 32))
    here = Workspace(tmp_path / "workspace", own)
    here.collect()

    assert here.run() == FORKED


def test_what_a_run_leaves_ends_with_it(workspace, lifeline):
    here = workspace(
        "import subprocess, socket\n"
        f"def test_it():\n    {lifeline.code}\n"
        "    subprocess.Popen(['sleep', '60'], pass_fds=[line.fileno()], start_new_session=True)\n"
    )

    assert here.run() == {"test_it": "passed"}
    lifeline.wait_for_begin()
    lifeline.wait_for_end()


# No stem is left


def stems_of(runner: Runner) -> list[int]:
    """The processes that wait below the warm one."""
    return [
        int(pid)
        for pid in Path(f"/proc/{runner.pid}/task/{runner.pid}/children").read_text().split()
    ]


def test_few_are_kept_that_no_run_needs(tmp_path, own):
    for number in range(IDLE + 2):
        Workspace(tmp_path / f"workspace{number}", own).run_collected()

    own.tidy()
    assert len(stems_of(own)) == IDLE


def test_those_that_runs_need_are_kept(tmp_path, own):
    workspaces = [Workspace(tmp_path / f"workspace{number}", own) for number in range(IDLE + 2)]
    for one in workspaces:
        one.collect()

    assert [one.run() for one in workspaces] == [FORKED] * len(workspaces)


def test_they_end_with_their_workspaces(tmp_path, own):
    here = Workspace(tmp_path / "workspace", own)
    here.run_collected()
    shutil.rmtree(here.root)

    own.tidy()
    assert stems_of(own) == []


def test_they_end_with_the_runner(tmp_path, own):
    Workspace(tmp_path / "workspace", own).collect()
    [stem] = stems_of(own)

    own.stop()
    with pytest.raises(ProcessLookupError):
        os.kill(stem, signal.SIGCONT)
