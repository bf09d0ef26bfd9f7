"""Make random data points of tennis_points, as a client of the API would send them.

Tests of a prediction service need points to ask about: one, or fifty, the same ones again when a
test has failed, and others when you want a surprise. Write the function that makes them. From it:

- Each point is a dictionary of the 24 columns and no other, ready for `json.dumps`, and the API
  accepts it. data/tennis_points/schema.toml tells names, types, ranges and categories: read it, or
  copy from it what you need.
- All that the schema allows turns up sooner or later: in 1,000 points each category of `hitpoint`
  and `previous_hitpoint`, each serve, and each flag both up and down.
- A point is one that can occur, as data/tennis_points/README.md and data/README.md tell: a player
  runs at least the straight line, the server hits the last shot of an odd number, and a ball that
  is not outside the sideline landed at most 4.115 m from it.
- The same seed makes the same points, and 0 is a seed like any other. Nobody else's random numbers
  change by it: a library that seeds the one generator that all share spoils the tests of others.

Day 2 uses it to test the API. The tests are ours this time: `make check-day1 EX=1`.
"""

import math
import random
import tomllib
from pathlib import Path

SCHEMA = Path(__file__).parents[2] / "data" / "tennis_points" / "schema.toml"
HALF_WIDTH = 4.115  # of the singles court, in m
LONGEST_DETOUR = 1.5  # times the straight line


def random_data_points(count: int = 1, seed: int | None = None) -> list[dict]:
    """Make `count` random points, each a dictionary of column and value, ready for JSON.

    Every point keeps to data/tennis_points/schema.toml: its 24 columns and no other, their types,
    ranges and categories. Columns that depend on each other agree, as data/README.md describes.
    The same seed makes the same points; without one, they differ from call to call.
    """
    columns = tomllib.loads(SCHEMA.read_text(encoding="utf-8"))["column"]
    rng = random.Random(seed)
    return [_point(columns, rng) for _ in range(count)]


def _point(columns: list[dict], rng: random.Random) -> dict:
    point = {column["name"]: _value(column, rng) for column in columns}
    if not point["outside_sideline"]:
        point["distance_from_sideline"] = round(rng.uniform(0, HALF_WIDTH), 3)
    detour = rng.uniform(1, LONGEST_DETOUR)
    way = _straight_line(point) * detour
    point["player_distance_travelled"] = math.ceil(way * 1000) / 1000  # up: never less
    point["server_is_impact_player"] = point["rally"] % 2 == 1
    return point


def _value(column: dict, rng: random.Random) -> float | int | bool | str:
    match column["type"]:
        case "boolean":
            return rng.random() < 0.5
        case "category":
            return rng.choice(column["categories"])
        case "integer":
            return rng.randint(column["minimum"], column["maximum"])
        case "float":
            return round(rng.uniform(column["minimum"], column["maximum"]), 3)


def _straight_line(point: dict) -> float:
    along = point["player_impact_depth"] - point["player_depth"]
    across = point["player_impact_distance_from_center"] - point["player_distance_from_center"]
    return math.hypot(along, across)
