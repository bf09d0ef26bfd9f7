"""What a model takes and answers, written down while it is trained, to be compared where it serves.

An environment that serves must agree: the same columns, classes and API, and for the points of a
small sample the answers that the model gave when it was new.
"""

import platform as machine
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from src.config import API_VERSION
from src.schema import Schema

if TYPE_CHECKING:  # whoever reads a report, as a server does, needs none of them
    import pandas as pd
    from sklearn.pipeline import Pipeline

SAMPLED = 5  # rows; more where there are more classes


@dataclass(frozen=True)
class Serving:
    """The specification of serving.

    columns are those of the schema, in order, each with its type, range and categories. answers
    has for each method what the model answers for the sample, in its order, as the API would: a
    class, or the probability of each class by its name.
    """

    api_version: str
    columns: list[dict[str, Any]]
    classes: list[Any]
    sample: list[dict[str, Any]]
    answers: dict[str, list[Any]]


def specify(model: "Pipeline", schema: Schema, X: "pd.DataFrame", y: "pd.Series") -> Serving:
    """Write down what a fitted model takes and answers.

    Args:
        model: the pipeline, fitted.
        schema: of its dataset.
        X: held-out rows, some of which become the sample, at least one of each class.
        y: their classes.
    """
    sample = X.loc[_spread(y)]
    probabilities = model.predict_proba(sample).tolist()
    names = [str(label) for label in model.classes_]
    return Serving(
        api_version=API_VERSION,
        columns=columns_of(schema),
        classes=model.classes_.tolist(),
        sample=sample.to_dict("records"),
        answers={
            "predict": model.predict(sample).tolist(),
            "predict_proba": [dict(zip(names, row, strict=True)) for row in probabilities],
        },
    )


def columns_of(schema: Schema) -> list[dict[str, Any]]:
    """Describe the columns that requests have, but for what only people read."""
    told = ("name", "type", "minimum", "maximum", "categories")
    described = [asdict(column) for column in schema.columns]
    return [
        {key: list(column[key]) if key == "categories" else column[key] for key in told}
        for column in described
    ]


def platform() -> str:
    """Name the operating system and the processor, as ``Linux x86_64``."""
    return f"{machine.system()} {machine.machine()}"


def _spread(y: "pd.Series") -> list[Any]:
    """Index of the first row of each class, filled up with the first rows of all."""
    firsts = y.drop_duplicates().index
    others = y.index.difference(firsts, sort=False)
    return [*firsts, *others][: max(SAMPLED, len(firsts))]
