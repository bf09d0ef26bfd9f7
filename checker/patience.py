"""How long runs may take, and people are told they take, once the reference's is known."""

from checker.course import Exercise
from checker.outcome import Outcome
from checker.process import Limits

# A run that takes much longer than the one on the reference hangs. Ten seconds at least: the first
# seconds of a run may be imports, and other runs go on beside it.
# A suite that starts servers may wait for one that never gets ready, and has to tell of it.
PATIENCE, LEAST_SECONDS, LEAST_WITH_PROCESSES = 8, 10, 30


def announcement(exercise: Exercise, reference: Outcome, workers: int) -> str:
    """How long runs that start processes will take: all tests on a wheat, half of that on a bug."""
    runs = 1 + len(exercise.wheats) + len(exercise.chaffs) / 2
    seconds = reference.seconds * runs / workers
    about = (
        f"{round(seconds / 60)} minutes" if seconds > 90 else f"{5 * -(-seconds // 5):g} seconds"
    )
    return f"{exercise.number}. {exercise.title} starts processes: about {about}."


def limits_after(reference: Outcome, exercise: Exercise) -> Limits:
    """What a run may use, once it is known how long one on the reference takes."""
    least = LEAST_WITH_PROCESSES if exercise.processes else LEAST_SECONDS
    longest = max(least, PATIENCE * reference.seconds)
    return Limits(seconds=min(exercise.seconds, longest))
