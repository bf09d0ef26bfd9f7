"""Acting on red flags: a canary is aborted, production goes back to a version that was good."""

import logging
from typing import Any

from src import aws
from src.release.registry import StaleRelease
from src.release.release import Refused
from src.release.smoke import Unfit
from src.serve.lane import Lane
from src.serve.red_flags import RedFlag, is_the_machine, ways_back

log = logging.getLogger(__name__)


def guard(lane: Lane, release: Any) -> None:
    """Take versions with a red flag out of the traffic.

    Another server may be faster: then there is nothing to do. Where there is no version to go
    back to, what is there goes on answering, and the lane says so.

    Args:
        lane: whose versions.
        release: whatever has state, abort_canary and rollback like Release.

    Raises:
        UserError: S3 is not there; try again.
    """
    challenger = lane.canary.red_flag() if lane.canary else None
    if challenger:
        _abort(lane, release, challenger)
    flag = lane.red_flag()
    if flag is None:
        lane.get_stuck(None)
    elif not lane.is_stuck(flag) and not _roll_back(lane, release, flag):
        lane.get_stuck(flag)


def _abort(lane: Lane, release: Any, flag: RedFlag) -> None:
    try:
        release.abort_canary(flag.why, model_id=flag.model_id)
        log.error("The canary %s was aborted: %s", flag.model_id, flag.why)
    except (Refused, StaleRelease) as error:
        log.warning("The canary %s was not aborted: %s", flag.model_id, error)
    lane.look()


def _roll_back(lane: Lane, release: Any, flag: RedFlag) -> bool:
    """Go back to the nearest version that is fit; answer whether production is another now."""
    state = lane.known.state
    if state is None or is_the_machine(flag, state):
        return False
    for model_id in ways_back(state):
        try:
            release.rollback(model_id, why=flag.why, instead_of=flag.model_id)
            log.error("%s was rolled back to %s: %s", flag.model_id, model_id, flag.why)
        except (Refused, StaleRelease) as error:
            log.warning("%s was not rolled back: %s", flag.model_id, error)
        except (Unfit, aws.NotFound) as error:
            log.error("%s is no version to go back to: %s", model_id, error)
            continue
        lane.look()
        return True
    return False
