"""Columns that tell which group a row is of."""

from collections.abc import Iterator

from src.stress.case import Observation, Options
from src.stress.context import Context
from src.stress.tests.encoding import encoded
from src.stress.tests.groups import groups
from src.stress.tests.telling import told_by


def proxies(context: Context, options: Options) -> Iterator[Observation]:
    """Tell of each column how much of each protected one it tells alone.

    Raises:
        Skipped: no column is protected.
    """
    frame = context.reference.frame
    others = [column for column in context.columns if column.name not in context.protected]
    for protected, of in groups(context):
        for column in others:
            matrix = encoded(frame, [column], like=frame)
            rng = context.rng("protected_proxy", protected, column.name)
            share = told_by(matrix, of.before.to_numpy(), rng)
            yield Observation(
                share,
                f"{column.name} alone explains {share:.1%} of the entropy of {protected}.",
                subject=f"{column.name} for {protected}",
                features=(column.name, protected),
                figures={"explained": share},
            )
