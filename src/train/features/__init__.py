"""The features that models are trained on: a feature store, and the union of its nodes.

The features of tennis_points, in the order that get_feature_names_out tells, are speed,
net_clearance, distance_from_sideline, depth, player_distance_travelled, player_impact_depth,
previous_distance_from_sideline and previous_time_to_net as they were measured, hitpoint_B,
hitpoint_F, hitpoint_U and hitpoint_V (the hit point one-hot), out, weird_net_clearance, and
distance_travelled_over_straight_line. A node bears the name of its feature, and hitpoint that of
its column.
"""

from sklearn.base import clone
from sklearn.pipeline import FeatureUnion

from src.config import DEFAULT_DATASET
from src.schema import Schema
from src.train.features.columns import Columns
from src.train.features.net_clearance import WeirdNetClearance
from src.train.features.node import Node
from src.train.features.one_hot import OneHot
from src.train.features.out import Out
from src.train.features.travel import DistanceTravelledOverStraightLine

FEATURE_STORE: list[tuple[str, Node]] = [
    ("speed", Columns(["speed"])),
    ("net_clearance", Columns(["net_clearance"])),
    ("distance_from_sideline", Columns(["distance_from_sideline"])),
    ("depth", Columns(["depth"])),
    ("player_distance_travelled", Columns(["player_distance_travelled"])),
    ("player_impact_depth", Columns(["player_impact_depth"])),
    ("previous_distance_from_sideline", Columns(["previous_distance_from_sideline"])),
    ("previous_time_to_net", Columns(["previous_time_to_net"])),
    ("hitpoint", OneHot("hitpoint")),
    ("out", Out()),
    ("weird_net_clearance", WeirdNetClearance()),
    ("distance_travelled_over_straight_line", DistanceTravelledOverStraightLine()),
]


def build_features(schema: Schema | None = None) -> FeatureUnion:
    """Make the union of feature nodes of a dataset, fresh and not fitted.

    tennis_points, the default, has the nodes of FEATURE_STORE. Any other dataset has its
    columns as they are, and those that hold categories one-hot.
    """
    tennis = schema is None or schema.name == DEFAULT_DATASET
    store = FEATURE_STORE if tennis else _store_of(schema)
    # The union fits the very nodes it is given, so it gets copies.
    return clone(FeatureUnion(store, verbose_feature_names_out=False))


def _store_of(schema: Schema) -> list[tuple[str, Node]]:
    measures = [column.name for column in schema.columns if column.type != "category"]
    categories = [column.name for column in schema.columns if column.type == "category"]
    store: list[tuple[str, Node]] = [("measures", Columns(measures))] if measures else []
    return store + [(name, OneHot(name)) for name in categories]


features_generator = build_features()
