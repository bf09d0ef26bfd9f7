"""The gates over the course material: what must hold before anybody sees it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from checker.course import Course
from checker.gates import chaffs, engines, guides, minutes, notebooks, scaffolds, solutions
from checker.runner import Runner

Gate = Callable[[Course, str, Runner], list[str]]

OF_A_DAY: dict[str, Gate] = {
    "chaffs": chaffs.each_is_one_bug_unlike_the_others,
    "scaffolds": scaffolds.each_starts_as_it_says,
    "tasks": scaffolds.each_states_the_same_task_as_its_solution,
    "solutions": solutions.each_is_done_and_every_test_of_it_catches_a_chaff,
    "canary": solutions.an_application_that_raises_everywhere_is_caught_by_each,
    "order": solutions.tests_pass_alone_and_in_any_order,
    "engines": engines.both_engines_agree,
    "minutes": minutes.listed_minutes_add_up,
    "commands": guides.commands_work,
}
OF_THE_HOUSE: dict[str, Gate] = {
    "links": guides.links_lead_somewhere,
    "notebooks": notebooks.each_runs_and_keeps_no_output,
}


@dataclass(frozen=True)
class Result:
    """What one gate found: no problem is a pass."""

    place: str
    name: str
    promise: str
    problems: list[str]


def verify(course: Course, days: list[str], only: str | None, runner: Runner) -> Iterator[Result]:
    """Pass the course through its gates, one result after the other."""
    for day in days:
        for name, gate in _chosen(OF_A_DAY, only):
            yield Result(day, name, _promise(gate), gate(course, day, runner))
    for name, gate in _chosen(OF_THE_HOUSE, only):
        yield Result("all", name, _promise(gate), gate(course, "", runner))


def _chosen(gates: dict[str, Gate], only: str | None) -> list[tuple[str, Gate]]:
    return [(name, gate) for name, gate in gates.items() if only in (None, name)]


def _promise(gate: Gate) -> str:
    return gate.__doc__.splitlines()[0].removesuffix(".")
