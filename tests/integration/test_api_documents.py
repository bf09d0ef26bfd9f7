"""docs/api.md, /openapi.json and /docs say the same, and the application does it."""

import json
import re
from html.parser import HTMLParser

import pytest

from src.config import DEFAULT_DATASET, ROOT
from src.schema import dataset_names, load_schema
from src.serve.app import app, create_app
from src.serve.openapi import MAX_BYTES, document
from src.serve.payload import MAX_POINTS

GUIDE = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
ROUTE = re.compile(r"(GET|POST) (/\S+)")
CODE = re.compile(r"`([^`]*)`")


class Page(HTMLParser):
    """Text of a page, its routes with the terms of their lists, and the rows of its table."""

    def __init__(self, html):
        super().__init__()
        self.text, self.routes, self.rows = "", [], []
        self._inside = set()
        self.addresses = []
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        self._inside.add(tag)
        self.addresses += [value for name, value in attributes if name in ("src", "href", "action")]
        if tag == "h3":
            self.routes.append({"route": "", "terms": []})
        if tag in ("dt", "dd"):
            self.routes[-1]["terms"].append("")
        if tag == "tr":
            self.rows.append([])
        if tag == "td":
            self.rows[-1].append("")

    def handle_endtag(self, tag):
        self._inside.discard(tag)

    def handle_data(self, data):
        self.text += data
        if "h3" in self._inside:
            self.routes[-1]["route"] += f"{data} "
        if self._inside & {"dt", "dd"}:
            self.routes[-1]["terms"][-1] += data
        if "td" in self._inside:
            self.rows[-1][-1] += data


@pytest.fixture(scope="module")
def client():
    return create_app().test_client()


@pytest.fixture(scope="module")
def openapi(client):
    return client.get("/openapi.json").json


@pytest.fixture(scope="module")
def page(client):
    return Page(client.get("/docs").text)


def table(first_heading):
    """Rows of the guide's tables that start with a heading, as lists of cells."""
    rows, inside = [], False
    for line in GUIDE.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if inside and line.startswith("|"):
            rows += [cells] if not line.startswith("| ---") else []
        else:
            inside = line.startswith("|") and cells[0] == first_heading
    return rows


def routes_of(openapi):
    return {
        f"{verb.upper()} {path}": route
        for path, verbs in openapi["paths"].items()
        for verb, route in verbs.items()
    }


def statuses_of(openapi):
    routes = routes_of(openapi).items()
    return [(name, status) for name, route in routes for status in route["responses"]]


def columns_of(openapi):
    return openapi["components"]["schemas"]["Point"]["properties"].items()


def parameters_of(route):
    """Name -> allowed values and default."""
    return {
        parameter["name"]: (parameter["schema"]["enum"], parameter["schema"].get("default"))
        for parameter in route.get("parameters", [])
        if parameter["in"] == "query"
    }


def test_the_routes_are_those_of_the_application(openapi):
    served = {
        f"{method} {rule.rule}"
        for rule in app.url_map.iter_rules()
        for method in rule.methods - {"HEAD"}
    }

    assert set(routes_of(openapi)) == served


def test_the_guide_has_the_same_routes(openapi):
    in_guide = [CODE.match(row[0])[1] for row in table("request") if len(row) == 2]

    assert in_guide == list(routes_of(openapi))


def test_the_page_has_the_same_routes(openapi, page):
    on_page = [" ".join(each["route"].split()) for each in page.routes]

    assert on_page == list(routes_of(openapi))


def test_the_guide_has_the_same_statuses(openapi):
    in_guide = [(CODE.match(row[0])[1], row[1]) for row in table("request") if len(row) == 4]

    assert in_guide == statuses_of(openapi)


def test_the_page_has_the_same_statuses(openapi, page):
    on_page = [
        (" ".join(each["route"].split()), term)
        for each in page.routes
        for term in each["terms"][::2]
        if term.isdigit()
    ]

    assert on_page == statuses_of(openapi)


def test_the_guide_has_the_same_query_parameters(openapi):
    """It speaks of all datasets, of which the document describes one."""
    in_guide = {
        CODE.match(name)[1]: (CODE.findall(values), CODE.match(default)[1])
        for name, values, default in table("query parameter")
    }
    parameters = parameters_of(routes_of(openapi)["POST /invocation"])
    described = parameters_of(routes_of(openapi)["GET /docs"])

    assert in_guide == parameters | described


def test_the_page_has_the_same_query_parameters(openapi, page):
    on_page = {
        " ".join(each["route"].split()): {
            term.removeprefix("?").removesuffix("="): re.sub(r" \(the default\)", "", values)
            for term, values in zip(each["terms"][::2], each["terms"][1::2], strict=True)
            if term.startswith("?")
        }
        for each in page.routes
    }

    assert on_page == {
        name: {
            parameter: ", ".join(values) for parameter, (values, _) in parameters_of(route).items()
        }
        for name, route in routes_of(openapi).items()
    }


def test_the_limits_are_the_same_everywhere(openapi, page):
    body = openapi["paths"]["/invocation"]["post"]["requestBody"]
    array = body["content"]["application/json"]["schema"]["oneOf"][1]

    assert (array["minItems"], array["maxItems"]) == (1, MAX_POINTS)
    for text in (GUIDE, page.text):
        assert re.search(rf"1 to\s+{MAX_POINTS:,} (data )?points", text)
        assert f"{MAX_BYTES:,} bytes" in text
    assert f"{MAX_BYTES:,} bytes" in body["description"]


def test_the_guide_has_the_same_columns_types_and_values(openapi):
    in_guide = [
        (CODE.match(name)[1], type_, values.replace("`", ""), unit)
        for name, type_, values, unit in table("column")
    ]

    assert in_guide == [(name, *told(column)) for name, column in columns_of(openapi)]


def test_the_page_has_the_same_columns_types_and_values(openapi, page):
    on_page = [
        (name.strip(), type_, " ".join(values.split()), meaning)
        for name, type_, values, meaning in filter(None, page.rows)
    ]
    expected = []
    for name, column in columns_of(openapi):
        type_, values, unit = told(column)
        expected.append((name, type_, f"{values} {unit}".strip(), column["description"]))

    assert on_page == expected


def told(column):
    """A column of the document as the guide tells of it: type, values, unit."""
    if "enum" in column:
        values = ", ".join(column["enum"])
    elif column["type"] == "boolean":
        values = "true, false"
    else:
        values = f"{column['minimum']:.16g} to {column['maximum']:.16g}"
    return column["type"], values, column.get("x-unit", "")


@pytest.mark.parametrize("dataset", dataset_names(ROOT / "data"))
def test_the_document_is_that_of_the_schema(client, openapi, dataset):
    described = client.get(f"/openapi.json?dataset={dataset}").json
    parameters = parameters_of(routes_of(openapi)["POST /invocation"]).items()
    choices = {name: values for name, (values, _) in parameters}
    choices["dataset"] = dataset_names(ROOT / "data")

    assert described == document(load_schema(dataset, ROOT / "data"), choices)


@pytest.mark.parametrize("dataset", dataset_names(ROOT / "data"))
def test_each_dataset_has_its_page(client, dataset):
    page = Page(client.get(f"/docs?dataset={dataset}").text)
    columns = [row[0].strip() for row in filter(None, page.rows)]

    assert columns == list(load_schema(dataset, ROOT / "data").feature_names)


def test_the_page_needs_nothing_from_elsewhere(page):
    assert [url for url in page.addresses if not url.startswith(("/", "data:"))] == []


def test_the_points_in_the_guide_and_the_document_are_good(openapi):
    class Any:
        def answer(self, rows, method, dataset, model):
            return self

        predictions, model_id = ("FE",), "any"

    client = create_app(predictor=Any()).test_client()
    in_guide = json.loads(re.search(r"-d '(\{.*?\})'", GUIDE, re.DOTALL)[1])
    body = openapi["paths"]["/invocation"]["post"]["requestBody"]["content"]["application/json"]

    for point in (in_guide, body["example"]):
        assert client.post("/invocation", json=point).status_code == 200


def test_the_code_in_the_guide_runs():
    blocks = re.findall(r"```python\n(.*?)```", GUIDE, re.DOTALL)
    point = json.loads(re.search(r"-d '(\{.*?\})'", GUIDE, re.DOTALL)[1])
    names = {"create_app": create_app}

    exec(blocks[1], names)

    answer = names["client"].post("/invocation", json=[point, point])
    assert answer.json == {"predictions": ["W", "W"], "model_id": "fake"}


def test_the_dataset_of_the_guide_is_the_default(openapi):
    assert openapi["info"]["title"].endswith(DEFAULT_DATASET)
