"""JUnit XML, which CI servers read: a test suite an exercise, a test case a version tried.

There is no standard; this is the common ground of what Jenkins, GitLab and pytest read and write,
https://github.com/jenkinsci/xunit-plugin (junit-10.xsd).
"""

from collections.abc import Sequence
from xml.etree import ElementTree

from checker.formats.cases import Case, cases
from checker.verdict import Verdict

ELEMENTS = {"failed": "failure", "error": "error", "skipped": "skipped"}


def text(day: str, title: str, verdicts: Sequence[Verdict]) -> str:
    """The day's results as JUnit XML; in ASCII, so that they can be printed anywhere."""
    every = [case for verdict in verdicts for case in cases(verdict)]
    seconds = sum(verdict.seconds for verdict in verdicts)
    suites = ElementTree.Element("testsuites", name=title, **_counts(every), time=f"{seconds:.2f}")
    suites.extend(_suite(verdict) for verdict in verdicts)
    ElementTree.indent(suites)
    return ElementTree.tostring(suites, "us-ascii", xml_declaration=True).decode() + "\n"


def _suite(verdict: Verdict) -> ElementTree.Element:
    exercise, tried = verdict.exercise, cases(verdict)
    suite = ElementTree.Element(
        "testsuite",
        name=exercise.title,
        file=f"exercises/{exercise.path}",
        **_counts(tried),
        skipped=str(_count(tried, "skipped")),
        time=f"{verdict.seconds:.2f}",
    )
    # dotted, as of a Python module: readers take what stands before the last dot for the package
    classname = exercise.path.removesuffix(".py").replace("/", ".")
    suite.extend(_case(case, classname) for case in tried)
    return suite


def _case(case: Case, classname: str) -> ElementTree.Element:
    element = ElementTree.Element("testcase", name=case.name, classname=classname)
    if case.outcome != "passed":
        why = ElementTree.SubElement(element, ELEMENTS[case.outcome], message=case.message)
        why.text = case.message
    if case.notes:
        ElementTree.SubElement(element, "system-out").text = case.notes
    return element


def _counts(tried: Sequence[Case]) -> dict[str, str]:
    return {
        "tests": str(len(tried)),
        "failures": str(_count(tried, "failed")),
        "errors": str(_count(tried, "error")),
    }


def _count(tried: Sequence[Case], outcome: str) -> int:
    return sum(case.outcome == outcome for case in tried)
