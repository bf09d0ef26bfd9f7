"""A small physical model of how a rally in tennis ends.

It plays the last two shots: the opponent's, the player's run to that ball, and the player's own.
A harder run makes a wilder shot; a wilder shot lands in the net or outside; a good one is a winner
where the opponent is too far away. Where the opponent reaches it, the rally goes on: no outcome.

Lengths in m, times in s, speeds in m/s. x is the distance from the net, on either side of it;
y the position across the court, 0 on the centre line.
"""

from dataclasses import dataclass

import numpy as np

HALF_LENGTH = 11.885  # net to baseline
HALF_WIDTH = 4.115  # centre line to singles sideline
NET_GAME = 7.0  # a player nearer to the net volleys
DRAG = 0.72  # mean speed of a ball over its whole way, bounce included, as a share of the first
REACH = 0.7  # of an arm and a racket
WINNER_CHASE = 2.4  # a run that most opponents do not make, having first to see where the ball goes
FOUL_SHARE = 0.02  # winners that lose the point: the player touched the net, hit the ball twice ...
FORCED_RUN = 5.2  # a run after which half of the judges call an error forced
JUDGES_DIFFER = 1.1  # scale of their opinions

Arrays = dict[str, np.ndarray]


@dataclass(frozen=True)
class Rallies:
    """What happened at the end of each rally; `outcome` is W, FE, UE or, where it goes on, ""."""

    length: np.ndarray
    serve: np.ndarray
    previous: Arrays
    run: Arrays
    shot: Arrays
    opponent_x: np.ndarray
    opponent_y: np.ndarray
    outcome: np.ndarray


def play(rng: np.random.Generator, count: int) -> Rallies:
    """Plays the last two shots of `count` rallies."""
    length = 1 + rng.geometric(0.2, count)
    serve = rng.choice([1, 2], count, p=[0.62, 0.38])
    previous = _opponents_shot(rng, serve, is_serve=length == 2)
    run = _players_run(rng, previous)
    shot = _players_shot(rng, run)
    opponent_x, opponent_y = _stand(rng, count)
    chase = _opponents_chase(run, shot, opponent_x, opponent_y)
    outcome = _outcome(rng, run, shot, chase)
    return Rallies(length, serve, previous, run, shot, opponent_x, opponent_y, outcome)


def _opponents_shot(rng: np.random.Generator, serve: np.ndarray, is_serve: np.ndarray) -> Arrays:
    """The shot before the last: it passed the net and landed in the player's court."""
    count = len(serve)
    hit_x = np.where(is_serve, 12.0, _stand(rng, count)[0])
    pace = np.where(is_serve, 56 - 6 * serve, 29)
    speed = (pace * rng.normal(1, 0.14, count)).clip(9, 70)
    depth = np.where(is_serve, 5.5 + rng.gamma(2, 0.5, count), rng.gamma(2.6, 1.25, count))
    from_sideline = rng.gamma(2, 0.85, count).clip(0, HALF_WIDTH)
    return {
        "is_serve": is_serve,
        "hit_x": hit_x,
        "speed": speed,
        "time_to_net": hit_x / (speed * 0.85),
        "clearance": 0.03 + rng.gamma(2.5, 0.3, count),
        "x": HALF_LENGTH - depth.clip(0, 11),
        "y": (HALF_WIDTH - from_sideline) * rng.choice([-1, 1], count),
        "hitpoint": np.where(is_serve, "U", _hitpoint(rng, hit_x)),
    }


def _players_run(rng: np.random.Generator, previous: Arrays) -> Arrays:
    """The player's way to the ball, and the speed that it took: the pressure on the shot."""
    count = len(previous["x"])
    start_x, start_y = _stand(rng, count, net_share=np.where(previous["is_serve"], 0, 0.1))
    at_net = start_x < NET_GAME
    after_bounce = 0.17 * previous["speed"] - 1.6 + rng.normal(0, 0.6, count)
    impact_x = np.where(at_net, start_x - rng.gamma(2, 0.3, count), previous["x"] + after_bounce)
    drift = np.where(at_net, 0.8, 1.12)  # the ball goes on outwards
    impact_y = previous["y"] * drift - REACH * np.sign(previous["y"] - start_y)
    impact_x, impact_y = impact_x.clip(0.5, 18).round(3), impact_y.round(3)

    waits = np.hypot(impact_x - start_x, impact_y - start_y) < 0.35
    impact_x, impact_y = np.where(waits, (start_x, start_y), (impact_x, impact_y))
    straight = np.hypot(impact_x - start_x, impact_y - start_y)
    travelled = straight * (1 + rng.exponential(0.12, count))
    time = (previous["hit_x"] + impact_x) / (previous["speed"] * DRAG)
    return {
        "start_x": start_x,
        "start_y": start_y,
        "impact_x": impact_x,
        "impact_y": impact_y,
        "travelled": np.ceil(travelled * 1000) / 1000,  # up: never less than the straight line
        "pressure": travelled / time,
    }


def _players_shot(rng: np.random.Generator, run: Arrays) -> Arrays:
    """The last shot: the harder the run and the bolder the player, the wilder it flies."""
    pressure, count = run["pressure"], len(run["pressure"])
    hitpoint = _hitpoint(rng, run["start_x"])
    boldness = rng.normal(0, 1, count) - 0.5 * (hitpoint == "B")
    wildness = 0.75 + 0.13 * pressure + 0.1 * boldness.clip(0)
    speed = 29 + 3 * boldness - 0.9 * pressure - 5 * (hitpoint == "V") + rng.normal(0, 2, count)
    clearance = 0.75 - 0.12 * boldness + wildness * rng.normal(0, 0.5, count)
    from_baseline = 1.9 - 0.9 * (clearance - 0.75) + wildness * rng.normal(0, 1.2, count)
    from_sideline = 1.5 - 0.3 * boldness + wildness * rng.normal(0, 0.9, count)

    netted = clearance < rng.uniform(-0.1, 0, count)  # a ball on the cord may still roll over it
    x = np.where(netted, -rng.gamma(1.5, 0.3, count), HALF_LENGTH - from_baseline.clip(-9, 11))
    x, y = x.round(3), np.abs(HALF_WIDTH - from_sideline).round(3)
    return {
        "hitpoint": hitpoint,
        "speed": speed.clip(8, 60),
        "clearance": clearance.clip(-0.88),  # a ball that rolls against the foot of the net
        "x": x,  # negative: it fell back on the player's own side
        "y": y * rng.choice([-1, 1], count),
        "missed": netted | (x > HALF_LENGTH) | (y > HALF_WIDTH),
    }


def _opponents_chase(
    run: Arrays, shot: Arrays, opponent_x: np.ndarray, opponent_y: np.ndarray
) -> np.ndarray:
    """The speed at which the opponent would have to run for the ball."""
    time = (run["impact_x"] + opponent_x) / (shot["speed"] * DRAG)
    return (np.abs(shot["y"] - opponent_y) - REACH) / time


def _outcome(rng: np.random.Generator, run: Arrays, shot: Arrays, chase: np.ndarray) -> np.ndarray:
    """How the point ended for the player; whether an error was forced is a judge's opinion."""
    count = len(chase)
    winner = chase + rng.normal(0, 0.5, count) > WINNER_CHASE
    lost = shot["missed"] | (winner & (rng.random(count) < FOUL_SHARE))
    forced = run["pressure"] + rng.logistic(0, JUDGES_DIFFER, count) > FORCED_RUN
    return np.where(lost, np.where(forced, "FE", "UE"), np.where(winner, "W", ""))


def _stand(
    rng: np.random.Generator, count: int, net_share: float | np.ndarray = 0.1
) -> tuple[np.ndarray, np.ndarray]:
    """Where players stand: most a step behind the baseline, a few at the net."""
    at_net = rng.random(count) < net_share
    x = np.where(at_net, rng.normal(3.5, 0.9, count), rng.normal(12.9, 0.9, count)).clip(1, 20)
    return x.round(3), rng.normal(0, 1.1, count).round(3)


def _hitpoint(rng: np.random.Generator, x: np.ndarray) -> np.ndarray:
    """Forehand, backhand or, near the net, volley; a few are unknown."""
    swing = rng.choice(["F", "B"], len(x), p=[0.56, 0.44])
    stroke = np.where(x < NET_GAME, "V", swing)
    return np.where(rng.random(len(x)) < 0.02, "U", stroke)
