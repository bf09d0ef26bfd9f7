"""How much some columns tell about something else, as the label."""

import numpy as np

MOST = 8_000  # rows that are enough to judge
LEAVES = (4, 20)  # few, so that noise is not learned; and more, for what is not that simple
FEWEST_OF_A_LEAF = 5


def told_by(matrix: np.ndarray, target: np.ndarray, rng: np.random.Generator) -> float:
    """Answer which part of a target's entropy a small tree explains, on rows that it never saw.

    That is a lower bound of the mutual information, divided by the entropy: 0 is nothing, and 1 is
    all. A tree finds the one value in a hundred that a bin would hide.

    Args:
        matrix: what tells, shaped (rows, columns).
        target: what is told.
        rng: decides which rows the tree sees.
    """
    chosen = rng.permutation(len(target))[:MOST]
    classes, codes = np.unique(target[chosen].astype(str), return_inverse=True)
    if len(classes) < 2:
        return 0.0
    prior = np.bincount(codes) / len(codes)
    entropy = -(prior * np.log(prior)).sum()
    loss = min(_loss(matrix[chosen], codes, prior, leaves) for leaves in LEAVES)
    return max(0.0, float(1 - loss / entropy))


def _loss(matrix: np.ndarray, codes: np.ndarray, prior: np.ndarray, leaves: int) -> float:
    by_class = np.argsort(codes, kind="stable")  # so that each class is in both halves
    losses = np.empty(len(codes))
    for half in (0, 1):
        seen, unseen = by_class[half::2], by_class[1 - half :: 2]
        found = _probabilities(matrix[seen], codes[seen], matrix[unseen], prior, leaves)
        losses[unseen] = -np.log(found[np.arange(len(unseen)), codes[unseen]])
    return float(losses.mean())


def _probabilities(
    seen: np.ndarray, codes: np.ndarray, unseen: np.ndarray, prior: np.ndarray, leaves: int
) -> np.ndarray:
    from sklearn.tree import DecisionTreeClassifier

    tree = DecisionTreeClassifier(
        max_leaf_nodes=leaves, min_samples_leaf=FEWEST_OF_A_LEAF, random_state=0
    ).fit(seen, codes)
    found = np.zeros((len(unseen), len(prior)))
    found[:, tree.classes_] = tree.predict_proba(unseen)
    rows = tree.tree_.n_node_samples[tree.apply(unseen)][:, None]
    return (found * rows + prior) / (rows + 1)  # one row more, so that nothing is impossible
