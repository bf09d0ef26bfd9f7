"""The estimators that a walk knows: scikit-learn's own numbers, added up in its own order.

Each makes scores of rows of features, and of scores probabilities. A row's class is the one of the
highest score; where there is one score for two classes, it is the second if that is above 0.
"""

from typing import Any

import numpy as np
from scipy.special import expit
from sklearn.utils.extmath import softmax

from src.predict.direct.trees import Edges, Tree, Trees


class Forest:
    """A random forest. Its scores are its probabilities."""

    def __init__(self, forest: Any) -> None:
        """Copy the trees of a fitted RandomForestClassifier."""
        trees = [each.tree_ for each in forest.estimators_]
        self._count = len(trees)
        self._trees = Trees([_tree(each) for each in trees], max(each.max_depth for each in trees))

    def scores(self, features: np.ndarray) -> np.ndarray:
        """Answer the mean of what the trees say; they compare what a float32 holds."""
        rows = features.astype(np.float32).astype(float)
        return np.array([_sum(self._trees.values(row)) for row in rows]) / self._count

    def probabilities(self, scores: np.ndarray) -> np.ndarray:
        """Answer the scores."""
        return scores

    def edges(self, count: int) -> Edges:
        """Answer some features and thresholds."""
        return self._trees.edges(count)


class Boosting:
    """Histogram gradient boosting."""

    def __init__(self, boosting: Any) -> None:
        """Copy the trees of a fitted HistGradientBoostingClassifier, which split by no category."""
        rounds = boosting._predictors
        trees = [_boosted_tree(each.nodes) for trees in rounds for each in trees]
        depth = max(each.get_max_depth() for trees in rounds for each in trees)
        self._trees = Trees(trees, depth)
        self._start = boosting._baseline_prediction.reshape(1, -1)
        self._loss = boosting._loss

    def scores(self, features: np.ndarray) -> np.ndarray:
        """Answer what the trees add up to, from the baseline on."""
        classes = self._start.shape[1]
        scores = np.empty((len(features), classes), order="F")  # as scikit-learn's, to be summed up
        for number, row in enumerate(features):
            said = self._trees.values(row).reshape(-1, classes)
            scores[number] = _sum(np.concatenate((self._start, said)))
        return scores

    def probabilities(self, scores: np.ndarray) -> np.ndarray:
        """Answer the probabilities by the link of its loss."""
        return self._loss.predict_proba(scores)

    def edges(self, count: int) -> Edges:
        """Answer some features and thresholds."""
        return self._trees.edges(count)


class Logistic:
    """Logistic regression."""

    def __init__(self, regression: Any) -> None:
        """Share the coefficients of a fitted LogisticRegression."""
        self._coefficients = regression.coef_.T
        self._intercept = regression.intercept_

    def scores(self, features: np.ndarray) -> np.ndarray:
        """Answer the linear scores."""
        return features @ self._coefficients + self._intercept

    def probabilities(self, scores: np.ndarray) -> np.ndarray:
        """Answer the probabilities by the logistic function, or by its like for several classes."""
        if scores.shape[1] > 1:
            return softmax(scores)
        second = expit(scores[:, 0])
        return np.stack([1 - second, second], axis=1)

    def edges(self, count: int) -> Edges:
        """Answer none: the answer changes little by little."""
        return []


def _tree(tree: Any) -> Tree:
    left = tree.children_left
    values = tree.value[:, 0, :]
    return Tree(tree.feature, tree.threshold, left, tree.children_right, left < 0, values)


def _boosted_tree(nodes: np.ndarray) -> Tree:
    if nodes["is_categorical"].any():
        raise ValueError("a tree splits by categories")
    left, right = nodes["left"].astype(np.intp), nodes["right"].astype(np.intp)
    is_leaf = nodes["is_leaf"].astype(bool)
    threshold, values = nodes["num_threshold"], nodes["value"]
    return Tree(nodes["feature_idx"], threshold, left, right, is_leaf, values)


def _sum(said: np.ndarray) -> np.ndarray:
    """Add up row after row; np.sum may add in another order, which shows in the last digits."""
    return np.add.accumulate(said)[-1]
