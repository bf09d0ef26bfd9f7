"""Make random data points of tennis_points, as a client of the API would send them.

Day 2 uses them to test the API: any number of points, each of them one that the API must accept.
"""


def random_data_points(count: int = 1, seed: int | None = None) -> list[dict]:
    """Make `count` random points, each a dictionary of column and value, ready for JSON.

    Every point keeps to data/tennis_points/schema.toml: its 24 columns and no other, their types,
    ranges and categories. Columns that depend on each other agree, as data/README.md describes.
    The same seed makes the same points; without one, they differ from call to call.
    """
    raise NotImplementedError
