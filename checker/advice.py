"""The one thing to do next in an exercise: write a test, mend one, or look for a bug."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from rich.console import RenderableType
from rich.text import Text

from checker import hints, outline
from checker.course import Course, Exercise
from checker.given import Given
from checker.hints import Caught
from checker.outline import Function
from checker.page import bullet, heading, paragraph
from checker.verdict import ChaffVerdict, Verdict

HINTS = 2  # at each bug: a question, then where to look
STEPS = HINTS + 1  # and in the end, that this was all


@dataclass(frozen=True)
class Adviser:
    """Knows an attendee's file (`source`) and its verdict, which is not done.

    `given` is what was said of it before; `caught` answers by which tests the solution catches the
    bugs, and is asked only where that is needed.
    """

    course: Course
    verdict: Verdict
    source: str
    given: Given
    caught: Callable[[], Caught]

    def advise(self) -> tuple[list[RenderableType], Given]:
        """What to show now, and what was given then."""
        verdict, given = self.verdict, self.given
        if verdict.status == "invalid":
            lines = self._message("Before you hunt bugs, this is to be mended:")
        elif verdict.got_away:
            bug = next_bug(verdict.got_away, given)
            given = given.and_one_of(bug.name) if bug else given
            lines = self._at_a_bug(bug, given) if bug else self._all_was_said()
        elif first := self._first_to_write():
            lines = self._what_to_write(first)
        else:
            lines = self._what_is_left()
        place = Text(f"  exercises/{verdict.exercise.path}", "dim")
        return [heading(verdict.exercise, verdict.status), place, *lines], given

    @cached_property
    def functions(self) -> dict[str, Function]:
        """What the attendee's file is made of."""
        return outline.functions(self.source)

    def _at_a_bug(self, bug: ChaffVerdict, given: Given) -> list[RenderableType]:
        count = len(self.verdict.got_away)
        got_away = "1 bug got away:" if count == 1 else f"{count} bugs got away. One of them:"
        lines = [paragraph(got_away), bullet("→", bug.story, (f"  {bug.name}", "dim"))]
        lines += [paragraph((f"Hint 1 of {HINTS}: ", "bold"), bug.hint)]
        if given.steps[bug.name] > 1:
            lines += [paragraph((f"Hint 2 of {HINTS}: ", "bold"), self._sharper(bug))]
        return [*lines, self._what_comes_after(bug, given)]

    def _sharper(self, bug: ChaffVerdict) -> str:
        caught = self.caught()
        text = hints.sharper(self.course, self.verdict.exercise, bug.name, caught)
        test = self.functions.get(hints.meant(bug.name, caught))
        return text if test is None or test.written else f"{text} It is still to be written."

    def _what_comes_after(self, bug: ChaffVerdict, given: Given) -> RenderableType:
        if given.steps[bug.name] < HINTS:
            return paragraph(f"1 more hint at this bug: {self._make('hint')}")
        if given.steps[bug.name] == HINTS:
            return paragraph(f"No more hints at this bug. Is it found? {self._make('check')}")
        another = next_bug(self.verdict.got_away, given)
        more = f", and {self._make('hint')} goes on to the next bug" if another else ""
        found = f"{self._make('solution')} shows a test that finds it{more}."
        return paragraph(("That was all: ", "bold"), found)

    def _all_was_said(self) -> list[RenderableType]:
        count = len(self.verdict.got_away)
        still = "1 bug still gets" if count == 1 else f"{count} bugs still get"
        lines = [paragraph(f"Every hint was given, and {still} away:")]
        for bug in self.verdict.got_away:
            lines += [bullet("→", bug.story), bullet(" ", (bug.hint, "dim"))]
        return [*lines, paragraph(("That was all: ", "bold"), self._make("solution"))]

    def _first_to_write(self) -> Function | None:
        open_ones = [function for function in self.functions.values() if not function.written]
        is_program = self.course.check(self.verdict.exercise) is not None
        return next((one for one in open_ones if one.is_test or is_program), None)

    def _what_to_write(self, first: Function) -> list[RenderableType]:
        when = "first" if self.verdict.status == "todo" else "next"
        lines = [paragraph(f"Write this {when}:"), bullet("○", (first.name, "bold"))]
        lines += [bullet(" ", first.docstring)]
        needed = [self.functions.get(name) for name in first.parameters]
        for fixture in [one for one in needed if one and not one.written]:
            lines += [paragraph("It takes a fixture that is still to be written, too:")]
            lines += [bullet("○", (fixture.name, "bold")), bullet(" ", fixture.docstring)]
        return [*lines, paragraph(("Next: ", "bold"), f"write it, then {self._make('check')}")]

    def _what_is_left(self) -> list[RenderableType]:
        exercise = self.verdict.exercise
        few = f"{self.verdict.cases} of the {exercise.at_least} cases asked for are there."
        return self._message("Nothing got away so far. What is left to do:", few)

    def _message(self, opening: str, otherwise: str = "") -> list[RenderableType]:
        message = next(iter(self.verdict.messages), otherwise)
        return [
            paragraph(opening),
            bullet("•", message),
            *self._promise_of_the_test_in(message),
            paragraph(("Next: ", "bold"), f"mend that, then {self._make('check')}"),
        ]

    def _promise_of_the_test_in(self, message: str) -> list[RenderableType]:
        """What the test that a message begins with is meant to check."""
        name = re.match(r"\w*", message).group()
        promise = self.functions[name].docstring if name in self.functions else ""
        return [bullet(" ", f"What {name} is to check: “{promise}”")] if promise else []

    def _make(self, verb: str) -> str:
        exercise = self.verdict.exercise
        return f"make {verb}-{exercise.day} EX={exercise.number}"


def next_bug(got_away: list[ChaffVerdict], given: Given) -> ChaffVerdict | None:
    """The bug of the last hint while something is left to say of it, else the next one."""
    left = [bug for bug in got_away if given.steps.get(bug.name, 0) < STEPS]
    last = [bug for bug in left if bug.name == given.last]
    return next(iter(last or left), None)


def well_done(exercise: Exercise, following: Exercise | None) -> list[RenderableType]:
    """What to say of an exercise that is done, and which one comes next, if any."""
    if following is None:
        return [Text(f"Well done: there is nothing left to do in {exercise.day}.", "green")]
    number = following.number
    return [
        heading(exercise, "done"),
        paragraph("Well done: every bug is caught, and every correct version passes."),
        paragraph(
            ("Next: ", "bold"),
            f"{number}. {following.title}: exercises/{following.path}, "
            f"then make check-{following.day} EX={number}",
        ),
    ]
