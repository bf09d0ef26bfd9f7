"""A page from a template of some package, which extends page.html of this one."""

from functools import cache

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from src.pages.text import number, shown


def render(package: str, template: str, **values: object) -> str:
    """Answer a page.

    All values are shown as text: nothing in them is HTML, unprintable or without end.

    Args:
        package: that has the template in its folder templates, as "src.load".
        template: its file's name; it starts with ``{% extends "page.html" %}``.
        values: what the template shows.
    """
    return _environment(package).get_template(template).render(values)


@cache
def _environment(package: str) -> Environment:
    environment = Environment(
        loader=ChoiceLoader([PackageLoader(package), PackageLoader("src.pages")]),
        autoescape=True,
        finalize=_printable,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"shown": shown, "number": number}
    return environment


def _printable(value: object) -> object:
    """Whatever a template prints comes by here, so that none has to remember."""
    return shown(value) if isinstance(value, str) and not isinstance(value, Markup) else value
