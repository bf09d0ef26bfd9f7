"""`hint`: what to do next in an exercise, and hints at the bugs that got away."""

import sys

import click

from checker.commands.options import folder


@click.command("hint")
@click.argument("day")
@click.option("--exercise", "-e", help="This one: its number or (part of) its path.")
@click.option(
    "--of", "submission", default="exercises", help="Whose tests: a folder like exercises/."
)
@click.pass_obj
def command(course, day, exercise, submission) -> None:
    """Give the next hint for DAY (such as day2).

    It is about one bug at a time, and without --exercise about the first exercise that is not done.
    A question comes first; asked again, a hint where to look; then that this was all. What is wrong
    in the application is never told.
    """
    from checker import page
    from checker.advice import well_done
    from checker.commands.judging import judge
    from checker.course import pick

    of = folder(course, submission)
    exercises = sorted(course.day(day), key=lambda one: one.bonus)
    asked = [pick(exercises, exercise)] if exercise else []
    in_turn = asked + [one for one in exercises if one not in asked]
    sys.stdout.reconfigure(errors="replace")
    with judge(course) as judged:
        not_done = (found for one in in_turn if (found := judged([one], of)[0]).status != "done")
        verdict = next(not_done, None)  # none is judged that need not be
        if verdict is None or asked not in ([], [verdict.exercise]):
            page.show(well_done(in_turn[0], verdict and verdict.exercise))
        else:
            _advise(course, verdict, of, judged)


def _advise(course, verdict, of, judged) -> None:
    from checker import page
    from checker.advice import Adviser
    from checker.given import Memory
    from checker.hints import caught_by

    def caught():
        return caught_by(judged([verdict.exercise], course.solutions)[0])

    file = of / verdict.exercise.path
    source = file.read_text(encoding="utf-8", errors="replace")
    memory = Memory(course.root / ".cache" / "hints.json")
    given = memory.of(file)
    lines, given_now = Adviser(course, verdict, source, given, caught).advise()
    page.show(lines)
    if given_now != given:
        memory.keep(file, given_now)
