"""A pipeline's own objects, asked one after the other without a pipeline."""

from typing import Any

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import FeatureUnion, Pipeline
from sklearn.preprocessing import StandardScaler

from src.predict.direct.estimators import Boosting, Forest, Logistic
from src.predict.direct.few import Few

ESTIMATORS = {
    HistGradientBoostingClassifier: Boosting,
    LogisticRegression: Logistic,
    RandomForestClassifier: Forest,
}
LARGEST = float(np.finfo(np.float32).max)  # beyond it, a forest takes a number for infinite


class Unknown(Exception):
    """There is no walk for a pipeline of this kind."""


class Walk:
    """Predicts as a fitted pipeline does, for records; threads may share it.

    The pipeline is features, then an estimator that ESTIMATORS knows, or one behind a scaler. The
    features are computed by its own nodes. Where a row is none that scikit-learn would surely
    take, an error is raised: then ask the pipeline, which may refuse it or not.
    """

    def __init__(self, pipeline: Pipeline) -> None:
        """Copy of a fitted pipeline what is not as quick to ask as it could be.

        Raises:
            Unknown: it is of another kind.
        """
        union, *scalers, estimator = _steps(pipeline)
        kinds = [type(scaler) for scaler in scalers]
        if type(union) is not FeatureUnion or kinds not in ([], [StandardScaler]):
            raise Unknown
        if type(estimator) not in ESTIMATORS or union.transformer_weights:
            raise Unknown
        self.classes_ = estimator.classes_
        self._names = union.get_feature_names_out().tolist()
        self._nodes = [node for _, node in union.transformer_list]
        self._estimator = ESTIMATORS[type(estimator)](estimator)
        self._scalers = scalers

    def predict(self, rows: list[dict[str, Any]]) -> np.ndarray:
        """Answer the class of each row.

        Raises:
            Exception: a row is not as the pipeline was trained on.
        """
        scores = self._scores(rows)
        if scores.shape[1] > 1:
            return self.classes_.take(scores.argmax(axis=1))
        return self.classes_.take(scores[:, 0] > 0)

    def predict_proba(self, rows: list[dict[str, Any]]) -> np.ndarray:
        """Answer the probability of each class for each row.

        Raises:
            Exception: a row is not as the pipeline was trained on.
        """
        return self._estimator.probabilities(self._scores(rows))

    def edges(self, count: int) -> list[tuple[str, float]]:
        """Answer names of features, and values of them at which the answer may change."""
        return [(self._names[place], value) for place, value in self._estimator.edges(count)]

    def categories(self) -> dict[str, list[Any]]:
        """Answer the categories, by column, that nodes have learnt."""
        encoders = [node for node in self._nodes if hasattr(node, "categories_")]
        return {node.column: list(node.categories_) for node in encoders}

    def _scores(self, rows: list[dict[str, Any]]) -> np.ndarray:
        few = Few(rows)
        features = np.concatenate([node.transform(few) for node in self._nodes], axis=1)
        if features.shape != (len(rows), len(self._names)):
            raise ValueError("the nodes made other features than in training")
        if not np.abs(features).max() <= LARGEST:
            raise ValueError("a feature is infinite or no number")
        for scaler in self._scalers:
            features -= scaler.mean_
            features /= scaler.scale_
        return self._estimator.scores(features)


def _steps(pipeline: Pipeline) -> list[Any]:
    """Answer the steps of a pipeline and of the pipelines in it, in order."""
    steps = []
    for _, step in pipeline.steps:
        steps += _steps(step) if type(step) is Pipeline else [step]
    return steps
