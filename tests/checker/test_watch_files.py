"""Which changes matter, where the system is relied on to tell of them, and the news of them."""

import os
from contextlib import suppress
from pathlib import Path
from queue import Empty, Queue

import pytest

from checker.course import Course, Exercise
from checker.watch.changes import Changes
from checker.watch.events import Broken, Noted, Saved
from checker.watch.files import is_noise, is_of, matters, roots
from checker.watch.mounts import reason_to_poll, shared

DEADLINE = 30  # seconds; nothing here waits that long unless it is broken
COURSE = Course(Path("/course"))
OWN = COURSE.exercises
MOUNTINFO = r"""
22 1 254:0 / / rw,relatime - ext4 /dev/vda rw
30 22 0:40 / /home/ada rw shared:7 - nfs4 server:/home rw
31 30 0:41 / /home/ada/local rw - ext4 /dev/vdb rw
32 22 0:42 / /mnt/my\040course rw - fuse.sshfs ada@server:/ rw
33 22 0:43 / /mnt/stick rw - fuseblk /dev/sdc1 rw
34 22 0:44 / /workspaces rw - 9p drvfs rw
35 22 0:45 / /covered rw - nfs server:/ rw
36 35 0:46 / /covered rw - tmpfs tmpfs rw
"""


def exercise(path: str = "day2/test_sums.py", **more) -> Exercise:
    return Exercise(path=path, number=1, title="Testing sums", minutes=5, **more)


# What matters


@pytest.mark.parametrize(
    "path",
    [
        "exercises/day2/test_sums.py",
        "exercises/day2/helpers/points.py",
        "exercises/day2",
        "exercises",
        "exercises/pytest.ini",
        "exercises/day1/needed.py",
        "src/serve/app.py",
        "data/numbers/numbers.parquet",
        "solutions/day2/test_sums.toml",
        "solutions/day1/needed.py",
    ],
)
def test_a_change_of_what_a_verdict_depends_on_matters(path):
    needing = exercise(needs=("day1/needed.py",))

    assert matters(COURSE.root / path, [needing], COURSE, OWN)


@pytest.mark.parametrize(
    "path",
    [
        "exercises/day1/test_other.py",
        "exercises/day2/README.md",
        "exercises/day22/test_sums.py",
        "solutions/day1/other.toml",
        "output/report.json",
    ],
)
def test_a_change_of_something_else_does_not_matter(path):
    assert not matters(COURSE.root / path, [exercise()], COURSE, OWN)


def test_somebody_elses_folder_matters_instead_of_the_own():
    theirs = Path("/submissions/ada")

    assert matters(theirs / "day2/test_sums.py", [exercise()], COURSE, theirs)
    assert not matters(OWN / "day2/test_sums.py", [exercise()], COURSE, theirs)


def test_the_folders_to_watch_are_above_what_matters():
    assert roots(COURSE, OWN) == [
        Path("/course/exercises"),
        Path("/course/solutions"),
        Path("/course/src"),
        Path("/course/data"),
    ]
    assert roots(COURSE, Path("/submissions/ada"))[0] == Path("/submissions/ada")


def test_files_of_an_exercise_are_known(toy):
    countdown = toy.day("day1")[2]
    files = ["solutions/day1/countdown.toml", "solutions/day1/check_countdown.py"]
    files += ["exercises/day1/countdown.py"]

    assert all(is_of(toy.root / file, countdown, toy, toy.exercises) for file in files)
    other = toy.exercises / "day1/test_numbers.py"
    assert not is_of(other, countdown, toy, toy.exercises)


@pytest.mark.parametrize(
    "path",
    [
        "day2/__pycache__/test_sums.cpython-311.pyc",
        "day2/.pytest_cache/README.md",
        "day2/.test_sums.py.swp",
        "day2/.#test_sums.py",
        "day2/#test_sums.py#",
        "day2/test_sums.py~",
        "day2/test_sums.py.yours-2",
        "day2/test_sums.py___jb_tmp___",
        "day2/4913",
    ],
)
def test_what_caches_and_editors_leave_is_noise(path):
    assert is_noise(OWN / path, OWN)


def test_a_hidden_folder_above_the_course_makes_no_noise():
    root = Path("/home/ada/.courses/4913/exercises")

    assert not is_noise(root / "day2/test_sums.py", root)


# Where the system is relied on


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        pytest.param("/home/ada/course", "nfs4", id="network"),
        pytest.param("/home/ada/local/course", None, id="a-disk-mounted-below-it"),
        pytest.param("/home/adam/course", None, id="a-name-that-begins-the-same"),
        pytest.param("/mnt/my course/exercises", "fuse.sshfs", id="a-name-with-a-blank"),
        pytest.param("/mnt/stick", None, id="a-local-disk-by-fuse"),
        pytest.param("/workspaces/course", "9p", id="shared-by-the-host"),
        pytest.param("/covered/course", None, id="covered-by-a-later-mount"),
        pytest.param("/", None, id="root"),
    ],
)
def test_shared_file_systems_are_told_from_local_ones(path, kind):
    assert shared(Path(path), MOUNTINFO.strip()) == kind


@pytest.mark.parametrize(
    ("folder", "environ", "wished", "reason"),
    [
        pytest.param("/course/src", {}, False, None, id="local"),
        pytest.param("/course/src", {}, True, "as asked for", id="option"),
        pytest.param(
            "/course/src",
            {"WATCHFILES_FORCE_POLLING": "true"},
            False,
            "as asked for",
            id="variable",
        ),
        pytest.param(
            "/home/ada/src", {}, False, "src/ is on a shared drive (nfs4)", id="shared-drive"
        ),
        pytest.param(
            "/home/ada/src",
            {"WATCHFILES_FORCE_POLLING": "false"},
            False,
            None,
            id="variable-that-forbids-it",
        ),
    ],
)
def test_polling_has_a_reason(folder, environ, wished, reason):
    folders = [Path("/course/exercises"), Path(folder)]

    assert reason_to_poll(folders, environ, MOUNTINFO.strip(), wished=wished) == reason


# The news


@pytest.fixture
def queue():
    return Queue()


@pytest.fixture
def root(tmp_path):
    (tmp_path / "exercises").mkdir()
    return tmp_path / "exercises"


def next_of(queue: Queue):
    return queue.get(timeout=DEADLINE)


class Notifier:
    """In place of watchfiles.watch: each call plays a scene, the last one for as long as wanted."""

    def __init__(self, *scenes):
        self.scenes = list(scenes)
        self.watched: list[tuple] = []

    def __call__(self, *folders, stop_event, **how):
        self.watched.append(folders)
        if self.scenes:
            yield from self.scenes.pop(0)()
        else:
            stop_event.wait()


def failing(error: Exception):
    def scene():
        raise error
        yield

    return scene


def test_a_save_is_news(root, queue):
    file = root / "test_sums.py"

    with Changes([root], queue):
        for _ in range(DEADLINE):  # a save before the system has begun to tell is none
            file.write_text("1 + 1")
            with suppress(Empty):
                news = queue.get(timeout=1)
                break

    assert news == Saved(frozenset({file}))


def test_noise_is_no_news(root, queue):
    noisy = {(1, str(root / ".test_sums.py.swp")), (2, str(root / "test_sums.py"))}
    notifier = Notifier(lambda: [{(1, str(root / "test_sums.py~"))}, noisy])

    with Changes([root], queue, watch=notifier):
        news = next_of(queue)

    assert news == Saved(frozenset({root / "test_sums.py"}))
    assert queue.empty()


def test_a_folder_that_was_replaced_is_news_and_is_watched_again(root, queue):
    def replaced():
        root.rename(root.with_name("before"))
        root.mkdir()
        yield set()

    notifier = Notifier(replaced)
    with Changes([root], queue, watch=notifier):
        news = next_of(queue)

    assert news == Saved(frozenset({root}))
    assert notifier.watched[0] == (root,)


def test_a_folder_that_is_gone_is_not_watched_until_it_is_back(root, queue):
    def gone():
        root.rmdir()
        yield set()

    def back():
        root.mkdir()
        yield set()

    notifier = Notifier(gone, back)
    with Changes([root], queue, watch=notifier):
        assert [next_of(queue), next_of(queue)] == [Saved(frozenset({root}))] * 2

    assert notifier.watched[:2] == [(root,), ()]


def test_a_folder_that_goes_in_the_wrong_moment_is_news(root, queue):
    with Changes([root], queue, watch=Notifier(failing(FileNotFoundError("No path was found.")))):
        assert next_of(queue) == Saved(frozenset({root}))


@pytest.mark.parametrize("error", [OSError, RuntimeError])
def test_where_the_system_does_not_tell_changes_are_looked_for(root, queue, error):
    file = root / "test_sums.py"
    notifier = Notifier(failing(error("limit reached")))

    with Changes([root], queue, watch=notifier):
        said = next_of(queue)
        file.write_text("")
        news = next_of(queue)

    assert said == Noted(
        "Looking for changes every 0.3 seconds: "
        "the system does not tell of changes here, limit reached."
    )
    assert news == Saved(frozenset({file}))
    assert len(notifier.watched) == 1


def test_looking_sees_a_second_save_within_the_second(root, queue):
    file = root / "test_sums.py"
    file.write_text("1 + 1")
    first = 1_700_000_000 * 10**9  # nanoseconds: a whole second
    os.utime(file, ns=(first, first))

    with Changes([root], queue, poll="as asked for"):
        assert next_of(queue) == Noted("Looking for changes every 0.3 seconds: as asked for.")
        os.utime(file, ns=(first, first + 1000))
        assert next_of(queue) == Saved(frozenset({file}))


def test_looking_sees_a_file_come_be_replaced_and_go(root, queue):
    file, other = root / "test_sums.py", root / "test_sums.py.tmp"
    with Changes([root], queue, poll="as asked for"):
        next_of(queue)
        file.write_text("1 + 1")
        come = next_of(queue)
        other.write_text("1 + 1")
        other.replace(file)
        replaced = next_of(queue)
        file.unlink()
        gone = next_of(queue)

    assert [come, replaced, gone] == [Saved(frozenset({file}))] * 3


def test_what_nobody_expected_is_not_kept_quiet(root, queue):
    error = ZeroDivisionError()

    with Changes([root], queue, watch=Notifier(failing(error))):
        assert next_of(queue) == Broken(error)
