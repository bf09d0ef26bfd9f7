"""Query parameters of a request, or an error that names the parameter."""

from collections.abc import Iterable, Mapping, Sequence

from src.errors import UserError


class BadQuery(UserError):
    """Says which query parameter is wrong, and what it may be."""


def parse_query(
    given: Iterable[tuple[str, list[str]]],
    choices: Mapping[str, Sequence[str]],
    defaults: Mapping[str, str],
) -> dict[str, str]:
    """Answer a value for each parameter: the given one, else the default.

    Args:
        given: each parameter of the request with all values that it was given.
        choices: each parameter that there is with the values that it may have.
        defaults: each parameter's value where it is not given.

    Raises:
        BadQuery: a parameter is unknown, is given twice, or has another value.
    """
    values = dict(defaults)
    for name, (value, *more) in given:
        if name not in choices:
            raise BadQuery(f"{name!r} is no query parameter; there are {', '.join(choices)}")
        if more:
            raise BadQuery(f"the query parameter {name!r} is given more than once")
        values[name] = value
    for name, value in values.items():
        if value not in choices[name]:
            raise BadQuery(f"{name!r} must be one of {', '.join(choices[name])}, not {value!r}")
    return values
