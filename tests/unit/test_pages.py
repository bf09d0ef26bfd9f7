"""Pages: what they share, and charts that can be read without colours, sight or a mouse."""

import re
from importlib.resources import files

import pytest
from jinja2 import UndefinedError

from src.pages.bands import bands
from src.pages.bars import bars, stacks
from src.pages.chart import Figures, Line, Rect, Symbol, Words
from src.pages.dots import points
from src.pages.page import render
from src.pages.scale import scale_of
from src.pages.text import label, number, shown
from tests.page_outline import check_soundness

TEMPLATE = """
{% extends "page.html" %}
{% from "charts.html" import chart, table %}
{% block title %}{{ title }}{% endblock %}
{% block main %}<h2>Charts</h2>
{% for each in charts %}{{ chart(each, "chart-" ~ loop.index) }}{% endfor %}
{{ table(figures, "Figures") }}{% endblock %}
"""
NO_FIGURES = Figures(("name", "value"), ())
PARTS = {"failed": "high", "slow": "medium", "ok": "none"}
NASTY = '"><script>alert(1)</script><img src=x onerror=alert(1)>{{ 7 * 7 }}\x1b[31m\u202e\ud800'


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    """Renders a page of a package of the tests' own."""
    package = tmp_path_factory.mktemp("shop") / "package_with_a_page"
    (package / "templates").mkdir(parents=True)
    (package / "__init__.py").touch()
    (package / "templates" / "some.html").write_text(TEMPLATE)

    def rendered(title="A page", charts=(), figures=NO_FIGURES):
        return render(package.name, "some.html", title=title, charts=charts, figures=figures)

    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(package.parent)
        yield rendered


def of_kind(chart, kind):
    return [mark for mark in chart.marks if isinstance(mark, kind)]


def bars_of(chart):
    return [(mark.x, mark.width, mark.tone) for mark in of_kind(chart, Rect)]


def test_a_page_has_landmarks_a_language_a_skip_link_and_headings_in_order(page):
    outline = check_soundness(page("A page"))

    assert outline.headings == [(1, "A page"), (2, "Charts")]
    assert ("html", {"lang": "en"}) in outline.tags
    assert ("a", {"class": "skip", "href": "#content"}) in outline.tags
    assert "content" in outline.ids


def test_a_page_lets_the_browser_load_and_run_nothing(page):
    policies = re.findall(r'Content-Security-Policy" content="([^"]*)"', page())

    assert policies == ["default-src 'none'; style-src 'unsafe-inline'; img-src data:"]


def test_a_page_shows_whatever_it_is_told_as_text(page):
    chart = bars(NASTY, [(NASTY, 1), (NASTY * 50, 2)], NASTY, limits=[1, 2], limit=NASTY)
    figures = Figures((NASTY, NASTY), ((NASTY, NASTY),))

    text = page(NASTY, [chart], figures)

    outline = check_soundness(text)
    assert NASTY[:40] in outline.headings[0][1]
    assert "{{ 7 * 7 }}" in outline.headings[0][1]
    assert not set("\x1b\u202e\ud800") & set(text)


def test_a_page_stays_small_whatever_it_is_told(page):
    assert len(page("x" * 10_000_000)) < 20_000


def test_a_value_that_a_template_misses_is_an_error_and_no_gap():
    with pytest.raises(UndefinedError, match="'run' is undefined"):
        render("src.stress.report", "run.html")


@pytest.mark.parametrize(
    "chart",
    [
        bars("Rates", [("one", 2.0), ("two", None)], "requests per second", limits=[1, None]),
        stacks("Tests", {"drift": {"ok": 3, "slow": 1}, "none": {}}, PARTS),
        points("Latency", [("one", (1, 2, 3)), ("two", (1, None, 3))], ("p50", "p95", "p99"), "ms"),
        bands(
            "Tests",
            [("null", 0.3, (0.1, 0.5))],
            ("none", "low", "high"),
            "share",
            tones=("none", "low", "high"),
        ),
        bars("Nothing", [], "requests per second"),
    ],
    ids=lambda chart: chart.title,
)
def test_a_chart_has_a_title_a_description_and_its_figures_as_a_table(page, chart):
    outline = check_soundness(page(charts=[chart]))

    (picture,) = outline.pictures
    assert picture["title"] == chart.title
    assert chart.description in picture["desc"]
    cells = [cell for row in chart.figures.rows for cell in row]
    assert set(cells) <= {*outline.texts["th"], *outline.texts.get("td", [])}


def test_bars_are_as_long_as_their_values_on_a_round_scale():
    chart = bars("Rates", [("one", 25.0), ("two", 50), ("three", None)], "a second", tones="abc")

    assert bars_of(chart) == [(0, 50.0, "a"), (0, 100.0, "b")]
    assert chart.figures.rows == (("one", "25"), ("two", "50"), ("three", "-"))


def test_bars_of_losses_go_to_the_left_of_the_middle():
    chart = bars("Change", [("worse", -1.0), ("better", 0.5)], "difference")

    assert bars_of(chart) == [(0, 50.0, "plain"), (50, 25.0, "plain")]


def test_a_limit_is_a_dashed_line_across_its_bar_and_a_column_of_the_table():
    chart = bars("Rates", [("one", 5), ("two", 10)], "a second", limits=[None, 8], limit="least")

    (line,) = [mark for mark in of_kind(chart, Line) if mark.dashed]
    (_, second) = of_kind(chart, Rect)
    assert (line.x, line.to_x) == (80, 80)
    assert line.y < second.y < second.y + second.height < line.to_y
    assert chart.figures.rows == (("one", "5", "-"), ("two", "10", "8"))
    assert [key.name for key in chart.keys] == ["least"]


def test_parts_of_a_bar_stand_side_by_side_and_are_counted_in_words():
    chart = stacks("Tests", {"drift": {"ok": 2, "failed": 1}, "other": {"ok": 4}}, PARTS)

    assert bars_of(chart) == [(0, 25.0, "high"), (25.0, 50.0, "none"), (0, 100.0, "none")]
    assert "1 failed, 2 ok" in [words.text for words in of_kind(chart, Words)]
    assert chart.figures.rows == (("drift", "1", "0", "2"), ("other", "0", "0", "4"))


def test_parts_differ_by_texture_and_not_by_colour_alone(page):
    counts = {"all": dict.fromkeys(PARTS, 1)}

    outline = check_soundness(page(charts=[stacks("Tests", counts, PARTS)]))

    fills = [attrs["fill"] for tag, attrs in outline.tags if tag == "rect" and "fill" in attrs]
    assert fills == ["url(#chart-1-medium)"] * 2  # in the bar and in the legend
    assert {"bar high", "bar medium", "bar none"} <= {
        attrs.get("class") for tag, attrs in outline.tags if tag == "rect"
    }


def test_points_of_a_row_differ_by_shape_and_are_joined():
    chart = points("Scores", [("accuracy", (0.5, 1.0))], ("before", "after"), "score", end=1)

    assert [(point.x, point.shape) for point in of_kind(chart, Symbol)] == [
        (50, "ring"),
        (100, "diamond"),
    ]
    assert [(line.x, line.to_x) for line in of_kind(chart, Line) if not line.faint] == [(50, 100)]


def test_a_point_that_is_not_known_is_not_drawn():
    chart = points("Scores", [("accuracy", (None, 1.0))], ("before", "after"), "score")

    assert [point.shape for point in of_kind(chart, Symbol)] == ["diamond"]
    assert chart.figures.rows == (("accuracy", "-", "1"),)


@pytest.mark.parametrize(
    ("value", "place"),
    [(-1, 0), (0, 0), (5, 12.5), (10, 25), (15, 37.5), (40, 75), (80, 87.5), (float("inf"), 100)],
)
def test_a_value_goes_through_the_levels_by_its_own_limits(value, place):
    rows = [("null", value, (10, 20, 40))]

    chart = bands("Tests", rows, ("a", "b", "c", "d"), "share", tones=["none"] * 4)

    assert of_kind(chart, Rect)[0].width == place


def test_a_level_that_nothing_can_reach_has_no_end():
    rows = [("null", 1e9, (1, 2, float("inf")))]

    chart = bands("Tests", rows, ("a", "b", "c", "d"), "share", tones=["none"] * 4)

    assert 74 < of_kind(chart, Rect)[0].width <= 75


@pytest.mark.parametrize(
    ("values", "ends"),
    [
        ([0.07, 0.3], (0, 0.4)),
        ([3, 41], (0, 50)),
        ([-0.3, 0.1], (-0.4, 0.4)),
        ([0, None], (0, 1)),
        ([], (0, 1)),
        ([float("inf"), float("nan"), 2], (0, 2)),
        ([950], (0, 1000)),
    ],
)
def test_a_scale_has_room_for_all_finite_values_and_round_ends(values, ends):
    scale = scale_of(values)

    assert (scale.start, scale.end) == pytest.approx(ends)


@pytest.mark.parametrize(("end", "is_kept"), [(1, True), (0.5, False)])
def test_a_scale_ends_where_it_is_told_to_unless_that_is_too_soon(end, is_kept):
    assert (scale_of([0.7], end).end == end) is is_kept


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (None, "-"),
        (float("nan"), "-"),
        (float("-inf"), "-infinite"),
        (0, "0"),
        (0.012344, "0.01234"),
        (12, "12"),
        (12.50001, "12.5"),
        (20000.0, "20,000"),
        (1234.56, "1,235"),
        (-0.25, "-0.25"),
    ],
)
def test_numbers_are_told_to_four_digits(value, told):
    assert number(value) == told


def test_text_that_is_too_long_is_cut_and_says_how_long_it_was():
    assert shown("abc " * 1000, 7) == "abc abc… (4,000 characters)"


def test_a_label_keeps_its_start_and_its_end():
    assert label("player_distance_travelled from 1 to 3", 21) == "player_dis…rom 1 to 3"


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_text_has_the_contrast_of_wcag_aa(theme):
    """4.5 to 1 for text, 3 to 1 for the edges of bars without a fill."""
    colours = colours_of(theme)

    for name in ("ink", "muted", "accent", "high", "medium", "low", "none"):
        assert contrast(colours[name], colours["page"]) >= 4.5, name
    assert contrast(colours["edge"], colours["page"]) >= 3


def colours_of(theme):
    style = files("src.pages").joinpath("templates/page.css").read_text()
    blocks = re.findall(r":root \{([^}]*)\}", style)
    dark = dict(re.findall(r"--(\w+): (#\w+)", blocks[1]))
    light = dict(re.findall(r"--(\w+): (#\w+)", blocks[0]))
    return light if theme == "light" else light | dark


def contrast(first, second):
    light, dark = sorted((luminance(first), luminance(second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(colour):
    digits = colour.removeprefix("#")
    digits = "".join(2 * digit for digit in digits) if len(digits) == 3 else digits
    shares = [int(digits[place : place + 2], 16) / 255 for place in (0, 2, 4)]
    linear = [
        share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize(
    ("was", "now"),
    [
        ("<h2>Charts</h2>", "<h3>Charts</h3>"),
        ('id="content"', 'id="contents"'),
        ('<main id="content"', '<main id="chart-1"'),
        ("</main>", "</main><script>1</script>"),
        ("</main>", '</main><a href="https://example.com">elsewhere</a>'),
        ("</main>", '</main><p onclick="1">click</p>'),
        ("</main>", "</div>"),
        ('fill="url(#chart-1-medium)"', 'fill="url(#chart-2-medium)"'),
        ("<title id=", "<text id="),
    ],
)
def test_the_check_of_a_page_is_not_blind(page, was, now):
    text = page(charts=[stacks("Tests", {"all": {"slow": 1}}, PARTS)])
    assert was in text

    with pytest.raises(AssertionError):
        check_soundness(text.replace(was, now))
