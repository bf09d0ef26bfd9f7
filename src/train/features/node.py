"""What all nodes of the feature store have in common."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.validation import check_is_fitted


class Node(TransformerMixin, BaseEstimator):
    """Computes features of each row from columns of a DataFrame, which it leaves as it is.

    It finds its columns by name: neither their order nor any other columns matter.

    A kind of node says which columns it `reads`, what it has to learn from the training data and
    how its features are called (`_learn`), and how they are computed (`_compute`).
    """

    reads: Sequence[str]

    def fit(self, X: pd.DataFrame, y: object = None) -> "Node":
        """Learn from the training data; the target is not looked at.

        What an earlier fit has learnt is forgotten. Answers the node itself.

        Raises:
            KeyError: X lacks a column that the node reads.
        """
        self.feature_names_out_ = np.array(self._learn(X[list(self.reads)]), dtype=object)
        return self

    def transform(self, X: pd.DataFrame) -> np.ndarray:
        """Compute the features of each row, float64 of shape (rows, features).

        The rows keep their order, and no row has a say in the features of another.

        Raises:
            NotFittedError: fit comes first.
            KeyError: X lacks a column that the node reads.
        """
        check_is_fitted(self)
        return self._compute(X)

    def get_feature_names_out(self, input_features: object = None) -> np.ndarray:
        """Names of the features, in the order in which transform gives them.

        Raises:
            NotFittedError: fit comes first.
        """
        check_is_fitted(self)
        return self.feature_names_out_

    def _learn(self, X: pd.DataFrame) -> Sequence[str]:
        raise NotImplementedError

    def _compute(self, X: pd.DataFrame) -> np.ndarray:
        raise NotImplementedError
