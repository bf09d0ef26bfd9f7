"""Few rows, straight through the fitted objects of a pipeline.

Of the milliseconds that scikit-learn takes for one row, nearly all go into making a frame, and into
validating and wrapping what passes from step to step. A direct walk asks the same fitted objects
for the same numbers without that: the nodes themselves for the features, then flat copies of the
trees, or the coefficients. Nothing about a model changes. A walk answers for a model only after it
was found equal to it, and only for what it is sure of; for all else there is the pipeline.
"""

import logging
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from src.predict.threads import one_thread

if TYPE_CHECKING:
    from src.predict.direct.walk import Walk

FEW = 32  # rows; a walk takes them one after the other, so that many are faster in the pipeline
PLAIN = frozenset({float, int, bool, str})  # what JSON makes; of others, a frame makes other things

log = logging.getLogger(__name__)

_walks: "WeakKeyDictionary[Any, tuple[Any, Walk | None]]" = WeakKeyDictionary()


def direct_walk(model: Any, rows: Any) -> "Walk | None":
    """Answer what predicts these rows just as a model does, only sooner; None if nothing does.

    The first few rows that a model is asked for are when its walk is made and compared with it,
    which takes 3 to 30 ms; what is found is kept as long as the model is, and fitted as it is now.

    Args:
        model: a pipeline, or anything else; only for a pipeline of ours there may be a walk.
        rows: at least one row, as records or a frame; only for few records there may be a walk.
    """
    if type(model).__module__ != "sklearn.pipeline" or not _are_few_records(rows):
        return None
    classes = getattr(model.steps[-1][1], "classes_", None)
    known, walk = _walks.get(model, (None, None))
    if classes is not known:  # each fit makes them anew
        walk = _walk_of(model, rows)
        _walks[model] = (classes, walk)
    return walk


def _are_few_records(rows: Any) -> bool:
    return (
        type(rows) is list
        and len(rows) <= FEW
        and all(type(row) is dict and PLAIN.issuperset(map(type, row.values())) for row in rows)
    )


def _walk_of(model: Any, rows: list[dict[str, Any]]) -> "Walk | None":
    from src.predict.direct.check import check
    from src.predict.direct.walk import Unknown, Walk

    try:
        walk = Walk(model)
        with one_thread():
            problem = check(walk, model, rows)
    except Unknown:
        return None
    except Exception as error:
        problem = f"{type(error).__name__}: {error}"
    if problem:
        log.warning("Few rows take a model's long way, for its direct walk differs: %s", problem)
    return None if problem else walk
