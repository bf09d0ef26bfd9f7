"""Decision trees side by side, so that one step goes down all of them."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np

Edges = list[tuple[int, float]]  # features, and values at which an answer may change


class Tree(NamedTuple):
    """One tree as arrays with an element for each node, the root first.

    A row goes left where its value of `feature` is at most `threshold`; left and right are places
    in these arrays. values is what the tree says to a row that ends at the node. What a leaf has
    of the others, and an inner node of the values, does not matter.
    """

    feature: np.ndarray
    threshold: np.ndarray
    left: np.ndarray
    right: np.ndarray
    is_leaf: np.ndarray
    values: np.ndarray


class Trees:
    """All trees of a model in four arrays: 24 bytes a node, and 8 for each number of its values.

    The children of a node stand side by side, and a leaf is its own left child, from which no
    number leads to the right. So each row takes as many steps in each tree as the deepest has.
    """

    def __init__(self, trees: Sequence[Tree], depth: int) -> None:
        """Lay the nodes out anew: roots first, then each two children.

        Args:
            trees: at least one, whose values have the same shape.
            depth: how many steps there are at most from a root to a leaf.
        """
        sizes = [len(tree.is_leaf) for tree in trees]
        starts = np.cumsum([0, *sizes[:-1]])
        shift = np.repeat(starts, sizes)
        inner = np.flatnonzero(~_joined(tree.is_leaf for tree in trees))
        left = (_joined(tree.left for tree in trees) + shift)[inner]
        right = (_joined(tree.right for tree in trees) + shift)[inner]

        place = np.empty(sum(sizes), dtype=np.intp)
        place[starts] = np.arange(len(trees))
        place[left] = len(trees) + 2 * np.arange(len(inner))
        place[right] = place[left] + 1

        self._depth = depth
        self._roots = place[starts]
        self._feature = np.zeros(len(place), dtype=np.intp)
        self._feature[place[inner]] = _joined(tree.feature for tree in trees)[inner]
        self._threshold = np.full(len(place), np.inf)
        self._threshold[place[inner]] = _joined(tree.threshold for tree in trees)[inner]
        self._left = np.arange(len(place), dtype=np.intp)
        self._left[place[inner]] = place[left]
        self._values = np.empty_like(values := _joined(tree.values for tree in trees))
        self._values[place] = values

    def values(self, row: np.ndarray) -> np.ndarray:
        """Answer what each tree says to a row of float64, in the order of the trees."""
        feature, threshold, left = self._feature, self._threshold, self._left
        at = self._roots
        for _ in range(self._depth):
            goes_right = row.take(feature.take(at)) > threshold.take(at)
            at = left.take(at)
            at += goes_right
        return self._values.take(at, axis=0)

    def edges(self, count: int) -> Edges:
        """Answer features and thresholds of so many nodes; half are roots, which all rows meet."""
        inner = np.flatnonzero(self._left != np.arange(len(self._left)))
        roots = inner[inner < len(self._roots)]
        some = np.concatenate([_spread(roots, count // 2), _spread(inner, count // 2)])
        return list(zip(self._feature[some].tolist(), self._threshold[some].tolist(), strict=True))


def _spread(places: np.ndarray, count: int) -> np.ndarray:
    return places[np.linspace(0, len(places) - 1, count).astype(int)] if len(places) else places


def _joined(arrays: Iterable[np.ndarray]) -> np.ndarray:
    return np.concatenate(list(arrays))
