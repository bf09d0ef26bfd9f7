"""What a chaff costs: the naive loop, our engine on one core and on two, and the floor."""

import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median

from benchmarks import saves, spent
from benchmarks.saves import Waits
from benchmarks.spent import Spent
from checker import edits
from checker.check import check
from checker.course import Chaff, Course, Exercise
from checker.inside import frames
from checker.plan import Plan
from checker.prepare import prepared
from checker.process import Limits, environment
from checker.progress import Progress
from checker.runner import Runner
from checker.runs import run, run_tests
from checker.workspace import Build, Submission

NO_TEST = Plan([], others=False)
FLOORS = 15  # runs, of which the median is taken


@dataclass(frozen=True)
class Costs:
    """Of one exercise and its solution: seconds a chaff, and seconds from a save."""

    exercise: str
    chaffs: int
    naive: Spent  # median of a sample
    first: Spent  # on one core: mean of all chaffs, as that of the next two
    first_on_two: Spent
    again: Spent  # on one core, knowing which test caught each chaff the last time
    again_on_two: Spent
    floor: Spent  # lay out, fork, start pytest, report; no test: median
    tests: float  # wall seconds inside of the tests themselves, on one core, again
    waits: Waits  # from a save, on two cores


def measure(course: Course, exercise: Exercise, sample: int, say: Callable[[str], None]) -> Costs:
    """Measure one exercise: `sample` chaffs by the naive loop, all by ours."""
    with Runner(course, [exercise]) as runner:
        state = prepared(course, exercise, runner)
        with Build(course, exercise, Submission(course.solutions), state) as build:
            say(f"{exercise.path}: the naive loop, {sample} of {len(exercise.chaffs)} chaffs")
            step = max(1, len(exercise.chaffs) // sample)
            naive = [_naive(build, chaff) for chaff in exercise.chaffs[::step][:sample]]
            say(f"{exercise.path}: the floor, and the engine")
            floor = _floor(build, runner)
        bench = _Engine(course, exercise, runner)
        return Costs(
            exercise.path,
            len(exercise.chaffs),
            naive=_median(naive),
            first=bench.chaffs(1, forget=True)[0],
            first_on_two=bench.chaffs(2, forget=True)[0],
            again_on_two=bench.chaffs(2)[0],
            again=(again := bench.chaffs(1))[0],
            tests=again[1],
            floor=floor,
            waits=saves.measure(course, exercise, runner),
        )


def _naive(build: Build, chaff: Chaff) -> Spent:
    """A fresh `python -m pytest` in a fresh workspace, as anybody would write the loop."""
    before = spent.now()
    with build.workspace(chaff) as root:
        if chaff.data:
            frames.edit(**edits.of_data(chaff, root), root=root)
        plain = environment(root)
        del plain["PYTEST_DISABLE_PLUGIN_AUTOLOAD"]
        subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-c", "exercises/pytest.ini", build.target],
            cwd=root,
            env=plain,
            stdout=subprocess.DEVNULL,
            check=False,
        )
    return spent.now() - before


def _floor(build: Build, runner: Runner) -> Spent:
    costs = []
    with build.workspace() as root:
        run_tests(runner, build, root, Limits(), first=True)
        build.keep_compiled(root)
    for _ in range(FLOORS):
        before = spent.now(runner.pid)
        run(runner, build, Limits(), plan=NO_TEST)
        costs.append(spent.now(runner.pid) - before)
    return _median(costs)


def _median(costs: list[Spent]) -> Spent:
    return Spent(median(cost.wall for cost in costs), median(cost.cpu for cost in costs))


class _Engine:
    """Our engine on the solution of one exercise."""

    def __init__(self, course: Course, exercise: Exercise, runner: Runner):
        self.course, self.exercise, self.runner = course, exercise, runner

    def chaffs(self, jobs: int, forget: bool = False) -> tuple[Spent, float]:
        """The cost of a chaff, and what of it its tests took; `forget` who caught what."""
        if forget:
            (self.course.root / ".cache" / "killers.json").unlink(missing_ok=True)
        without_wheats = self.exercise.model_copy(update={"wheats": ()})
        watch = self._check(without_wheats, jobs)
        count = len(self.exercise.chaffs)
        return (spent.now(self.runner.pid) - watch.valid_at) / count, watch.tests / count

    def _check(self, exercise: Exercise, jobs: int) -> "_Watch":
        watch = _Watch(self.runner)
        [verdict] = check(
            self.course,
            [exercise],
            self.course.solutions,
            jobs=jobs,
            progress=watch,
            runner=self.runner,
            cached=False,
        )
        if verdict.status != "done":
            raise SystemExit(f"{exercise.path} is {verdict.status}: {verdict.messages}")
        return watch


class _Watch(Progress):
    """Notes when the chaffs begin, and what the tests take of their time."""

    def __init__(self, runner: Runner):
        self.runner = runner
        self.valid_at = Spent()
        self.tests = 0.0

    def valid(self, verdict) -> None:
        self.valid_at = spent.now(self.runner.pid)

    def ran(self, outcome) -> None:
        if self.valid_at.wall:
            self.tests += sum(test.seconds for test in outcome.tests.values())
