"""The gate over a day's time."""

from checker.course import Course
from checker.runner import Runner


def listed_minutes_add_up(course: Course, day: str, runner: Runner) -> list[str]:
    """The guide lists each exercise with its minutes, and the core ones add up to the day's."""
    guide = course.guide(day)
    if not guide.exists():
        return [f"There is no guide {guide.relative_to(course.root)}."]
    text = guide.read_text(encoding="utf-8")
    exercises = course.day(day)
    core = sum(exercise.minutes for exercise in exercises if not exercise.bonus)
    stated = front_matter(text).get("minutes")
    problems = []
    if stated != str(core):
        problems.append(f"{day}: the guide says minutes: {stated}, its core exercises take {core}.")
    for exercise in exercises:
        heading = f"## {exercise.number}. {exercise.title}"
        minutes = f"{exercise.minutes} minutes"
        section = text.partition(heading)[2].partition("\n## ")[0]
        if not section:
            problems.append(f"{day}: the guide has no heading {heading!r}.")
        elif minutes not in section or exercise.path.removeprefix(f"{day}/") not in section:
            problems.append(f"{day}: section {exercise.number} names not {minutes} and its file.")
    return problems


def front_matter(text: str) -> dict[str, str]:
    """The `key: value` lines between the `---` at the top of a guide."""
    if not text.startswith("---\n"):
        return {}
    lines = text.removeprefix("---\n").partition("\n---\n")[0].splitlines()
    return {key.strip(): value.strip() for key, _, value in (line.partition(":") for line in lines)}
