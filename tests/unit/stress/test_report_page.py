"""A run as a page: whole, for any browser, and safe to open whatever a model said."""

import json

import pandas as pd
import pytest

from src.errors import UserError
from src.stress.report import write_report
from src.stress.report.page import page_of
from src.stress.run import Run
from tests.made_run import case_of, result_of, run_of
from tests.page_outline import check_soundness

NASTY = '"><script>alert(1)</script><img src=x onerror=alert(1)>{{ 7 * 7 }}\x1b[31m\u202e\ud800'


def both(reference, evaluation):
    figures = {"reference": reference, "evaluation": evaluation}
    return case_of(reference - evaluation, figures=figures)


def slice_of(value, subject):
    figures = {"here": 0.5 + value, "elsewhere": 0.5}
    return case_of(value, subject, features=("speed",), figures=figures)


def moved(value, column):
    return case_of(value, column, features=(column,), figures={"psi": value + 0.01})


RUN = run_of(
    result_of("null", case_of(0.6, "speed", rows=(0, 2), features=("speed",)), case_of(0, "depth")),
    result_of("row_order", case_of(0.0)),
    result_of("capitalisation", skipped="there is no text"),
    result_of("accuracy", both(0.9, 0.8), category="model_performance"),
    result_of("auc", both(1.0, 0.7), category="model_performance"),
    result_of("subset_accuracy", *map(slice_of, (0.3, 0), "ab"), category="subset_performance"),
    result_of("feature_drift", moved(0.0, "speed"), moved(0.0, "depth"), category="drift"),
    result_of("their_own", case_of(0.0), category="house_rules"),
)


@pytest.fixture
def page():
    return check_soundness(page_of(RUN))


def test_the_page_says_what_the_run_came_to(page):
    assert page.headings[0] == (1, "Stress test: nightly")
    assert (
        "Of 7 tests: 1 of high and 2 of medium severity. 1 test could not be judged." in page.text
    )


def test_the_page_has_a_picture_for_what_was_measured(page):
    assert [picture["title"] for picture in page.pictures] == [
        "Tests by category and severity",
        "Transformations: how far the worst case of each test goes",
        "Model performance: how far the worst case of each test goes",
        "Performance on both datasets",
        "Subset performance: how far the worst case of each test goes",
        "subset_accuracy: the worst of 2 cases",
        "feature_drift: the worst of 2 cases",
        "null: the worst of 2 cases",
        "subset_accuracy: the worst of 2 cases",
    ]


def test_the_page_tells_each_finding_the_worst_first_and_links_to_it(page):
    findings = [text.split()[-1] for level, text in page.headings if level == 3 and text[0] in "✘◐"]
    links = [attrs["href"] for tag, attrs in page.tags if tag == "a"]

    told = [text for level, text in page.headings if level == 4]
    assert links[1:4] == ["#finding-1", "#finding-2", "#finding-3"]
    assert [text.split()[-1] for text in told] == ["speed", "rows", "a"]
    assert findings == ["null", "auc", "subset_accuracy"]
    assert "Look at null." in page.text


def test_the_page_folds_the_tests_that_found_nothing_and_says_why_one_was_left_out(page):
    summaries = [attrs for tag, attrs in page.tags if tag == "summary"]

    assert len(summaries) == len(page.pictures) + len(RUN.results) + 2  # and all cases of two
    assert "It was left out: there is no text." in page.text
    assert "House rules" in [text for _, text in page.headings]


def test_rows_that_show_a_finding_stand_with_their_values_where_the_data_is_at_hand(page):
    evaluation = pd.DataFrame({"depth": [0.1, 0.2, None], "speed": [11.75, 0.0, None]})

    shown = check_soundness(page_of(RUN, evaluation))

    assert "Rows of the evaluation data that show it: 0, 2" in page.text
    assert "11.75" not in page.text
    row = shown.texts["td"].index("11.75")
    assert shown.texts["td"][row : row + 4] == ["11.75", "0.1", "(empty)", "(empty)"]


def test_a_run_that_found_nothing_has_a_page_that_says_so():
    page = check_soundness(page_of(run_of(result_of("null", case_of(0.0, "speed")))))

    assert "Nothing of medium or high severity in 1 test." in page.text
    assert "There are none of medium or high severity." in page.text


def test_a_run_without_results_has_a_page():
    page = check_soundness(page_of(run_of(status="failed", finished_at="")))

    assert "Nothing could be judged. The run is failed: this is how far it got." in page.text


def test_whatever_a_model_or_a_column_is_called_it_is_text():
    case = case_of(
        None, NASTY, told=NASTY, error=NASTY, features=(NASTY[:-1],), figures={NASTY: 1}, rows=(0,)
    )
    nasty = result_of(NASTY, case, case_of(0.3, NASTY), category=NASTY, skipped=NASTY)
    facts = dict.fromkeys(("name", "model", "project", "status", "started_at", "run_id"), NASTY)
    evaluation = pd.DataFrame({NASTY[:-1]: [NASTY[:-1]]})

    text = page_of(run_of(nasty, **facts), evaluation)

    check_soundness(text)
    assert "&lt;script&gt;" in text
    assert "{{ 7 * 7 }}" in text
    assert not set("\x1b\u202e\ud800") & set(text)


def test_errors_of_megabytes_and_thousands_of_cases_make_no_large_page():
    case = case_of(None, "speed", error="x" * 10_000_000, told="y" * 10_000_000)
    many = [case_of(0.9, f"pixel_{place}") for place in range(2000)]

    assert len(page_of(run_of(result_of("null", case, *many)))) < 100_000


def test_the_same_run_makes_the_same_page():
    assert page_of(RUN) == page_of(Run.from_json(RUN.to_json()))


def test_a_report_is_a_page_with_the_figures_beside_it(tmp_path):
    path = write_report(RUN, tmp_path / "reports" / "run-1")

    assert path.read_text() == page_of(RUN)
    assert Run.from_json(path.with_name("report.json").read_bytes()) == RUN
    assert json.loads(path.with_name("report.json").read_bytes())["severity"] == "high"


def test_a_folder_that_cannot_be_written_is_a_mistake_that_is_named(tmp_path):
    (tmp_path / "reports").write_text("a file")

    with pytest.raises(UserError, match=r"reports.* cannot be written"):
        write_report(RUN, tmp_path / "reports")
