"""The pipeline that is trained: features, then an estimator.

It predicts the classes of the target as the data has them. What it says of a row depends on the
row's features and nothing else: not on the other rows or their order, on the order of the columns,
on columns that are no features, or on the index. On tennis_points, the random forest knows nearly
every point that it was fitted on, and its log loss on others is below that of saying the classes'
shares each time.
"""

from dataclasses import dataclass, field

from sklearn.base import BaseEstimator
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler

from src.config import DEFAULT_MODEL, DEFAULT_SEED
from src.errors import UserError
from src.schema import Schema
from src.train.features import build_features

NOT_FOR_USERS = {"n_jobs", "random_state"}  # one thread answers a request; the seed decides


@dataclass(frozen=True)
class Model:
    """A kind of estimator, our defaults for its parameters, and whether features are scaled."""

    kind: type[BaseEstimator]
    defaults: dict[str, object] = field(default_factory=dict)
    fixed: dict[str, object] = field(default_factory=dict)
    scaled: bool = False

    @property
    def parameters(self) -> list[str]:
        """Names of the parameters that may be chosen."""
        return sorted(set(self.kind().get_params()) - NOT_FOR_USERS)


MODELS = {
    "random_forest": Model(RandomForestClassifier, {"n_estimators": 100}, {"n_jobs": 1}),
    "logistic_regression": Model(LogisticRegression, {"max_iter": 1000}, scaled=True),
    "hist_gradient_boosting": Model(HistGradientBoostingClassifier, {"max_iter": 100}),
}


def build_pipeline(
    schema: Schema | None = None,
    model: str = DEFAULT_MODEL,
    seed: int = DEFAULT_SEED,
    parameters: dict[str, object] | None = None,
) -> Pipeline:
    """Make a dataset's pipeline, fresh and not fitted; without a schema, that of tennis_points.

    The seed decides all that is random: the same seed and data make the same model.

    Raises:
        UserError: the model or a parameter is unknown.
    """
    estimator = build_estimator(model, seed, **(parameters or {}))
    return Pipeline([("features", build_features(schema)), ("estimator", estimator)])


def build_estimator(
    model: str = DEFAULT_MODEL, seed: int = DEFAULT_SEED, **parameters: object
) -> BaseEstimator:
    """Make the estimator of a model, fresh and not fitted.

    Raises:
        UserError: the model or a parameter is unknown.
    """
    if model not in MODELS:
        raise UserError(f"No model {model!r}: choose {' or '.join(MODELS)}.")
    chosen = MODELS[model]
    unknown = sorted(set(parameters) - set(chosen.parameters))
    if unknown:
        raise UserError(
            f"{model} has no parameter {unknown[0]!r}: choose among {', '.join(chosen.parameters)}."
        )
    settings = {**chosen.defaults, **chosen.fixed, **parameters}
    estimator = chosen.kind(random_state=seed, **settings)
    return make_pipeline(StandardScaler(), estimator) if chosen.scaled else estimator


estimator = build_estimator()
pipeline = build_pipeline()
