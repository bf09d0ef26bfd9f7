"""The REST API that docs/api.md promises, as a Flask application."""

from typing import Any

from flask import Flask, Response, current_app, jsonify, render_template, request
from werkzeug.exceptions import HTTPException

from src.release.registry import NotInProduction
from src.serve.contract import DEFAULTS, Contract
from src.serve.feedback import classes_among, parse_feedback
from src.serve.memory import UnknownRequest
from src.serve.openapi import MAX_BYTES, REQUEST_ID, REQUEST_KEY
from src.serve.payload import BadPayload
from src.serve.query import BadQuery, parse_query
from src.serve.request_id import RequestId
from src.serve.traffic import Answered, Traffic, default_traffic

TOO_LARGE = f"the body is larger than {MAX_BYTES:,} bytes"
UNKNOWN = "'request_id' names no answer that is remembered: it is wrong, or too old"


def create_app(predictor: Any = None, traffic: Traffic | None = None) -> Flask:
    """Make the application.

    Args:
        predictor: whatever has answer(rows, method, dataset, model), which answers something with
            predictions and model_id; by default the models in production.
        traffic: decides which of those answers; by default the one of this process. With a
            predictor of your own there is none, and so no canary and no feedback.
    """
    app = Flask(__name__, static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = MAX_BYTES
    app.json.sort_keys = False
    app.jinja_env.policies["json.dumps_kwargs"] = {"sort_keys": False}
    api = Api(predictor, traffic)
    for method, path, view in (
        ("GET", "/health", api.health),
        ("POST", "/invocation", api.invocation),
        ("POST", "/feedback", api.feedback),
        ("GET", "/openapi.json", api.openapi),
        ("GET", "/docs", api.docs),
    ):
        app.add_url_rule(path, view_func=view, methods=[method], provide_automatic_options=False)
    _answer_errors_in_json(app)
    return app


class Api:
    """What the routes answer."""

    def __init__(self, predictor: Any, traffic: Traffic | None) -> None:
        """Ask a predictor, or where it is None, a traffic: by default the one of this process."""
        self._predictor = predictor
        self._given_traffic = traffic
        self._contract = Contract()

    def health(self) -> Any:
        """Tell whether the default model can answer: it is asked about no points."""
        try:
            model_id = self._ask([], **DEFAULTS).model_id
        except Exception as problem:
            current_app.logger.error("No model can answer: %s", problem)
            return error("no model can answer", 503)
        warning = self._traffic and self._traffic.warning(DEFAULTS["dataset"], DEFAULTS["model"])
        told = {"warning": warning} if warning else {}
        return {"status": "ok", "model_id": model_id, **told}

    def invocation(self) -> Any:
        """Predict for the points of the body."""
        query = parse_query(request.args.lists(), self._contract.choices, DEFAULTS)
        points = self._contract.parser(query["dataset"]).parse(json_body())
        answer = self._ask(points, **query)
        name = {REQUEST_ID: str(answer.request_id)} if isinstance(answer, Answered) else {}
        return {"predictions": answer.predictions, "model_id": answer.model_id}, name

    def feedback(self) -> Any:
        """Take the labels of a request that was answered before."""
        given, labels = parse_feedback(json_body())
        request_id = RequestId.parse(given)
        if request_id is None or not self._traffic or not self._contract.has(request_id):
            return error(UNKNOWN, 404)
        classes = self._contract.schema(request_id.dataset).classes
        self._traffic.label(request_id, classes_among(labels, classes))
        return {"status": "ok"}

    def openapi(self) -> Any:
        """Describe the API as an OpenAPI document."""
        return self._contract.document(self._described_dataset())

    def docs(self) -> str:
        """Describe the API as a page."""
        return render_template("docs.html", document=self.openapi())

    def _ask(self, points: list[dict[str, Any]], method: str, dataset: str, model: str) -> Any:
        predictor = self._predictor or _Keyed(self._traffic)
        return predictor.answer(points, method, dataset, model)

    @property
    def _traffic(self) -> Traffic | None:
        return None if self._predictor else self._given_traffic or default_traffic()

    def _described_dataset(self) -> str:
        choices = {"dataset": self._contract.choices["dataset"]}
        defaults = {"dataset": DEFAULTS["dataset"]}
        return parse_query(request.args.lists(), choices, defaults)["dataset"]


def json_body() -> bytes:
    """Answer the body of the request, which must say of itself that it is JSON."""
    if request.mimetype != "application/json":
        raise BadPayload("the header Content-Type must be application/json")
    return request.get_data()


def request_key() -> bytes:
    """Answer what a request is known by: what its caller says, else all that it asks."""
    given = request.headers.get(REQUEST_KEY)
    return given.encode() if given else request.get_data()


def error(message: str, status: int) -> Response:
    """Answer an error, in the one form that all errors have."""
    response = jsonify(message=message)
    response.status_code = status
    return response


class _Keyed:
    """A traffic as a predictor, which is told by what each request is known."""

    def __init__(self, traffic: Traffic) -> None:
        self._traffic = traffic

    def answer(self, rows: list[dict[str, Any]], method: str, dataset: str, model: str) -> Answered:
        return self._traffic.answer(rows, method, dataset, model, request_key)


def _answer_errors_in_json(app: Flask) -> None:
    @app.errorhandler(BadPayload)
    @app.errorhandler(BadQuery)
    def callers_fault(problem: Exception) -> Response:
        return error(str(problem), 400)

    @app.errorhandler(UnknownRequest)
    def no_such_request(problem: UnknownRequest) -> Response:
        return error(UNKNOWN, 404)

    @app.errorhandler(HTTPException)
    def no_such_thing(problem: HTTPException) -> Response:
        message = TOO_LARGE if problem.code == 413 else problem.description or problem.name
        response = problem.get_response()  # keeps its headers, as Allow of a 405
        response.data, response.content_type = error(message, 200).data, "application/json"
        return response

    @app.errorhandler(NotInProduction)
    def nothing_in_production(problem: NotInProduction) -> Response:
        app.logger.error("%s", problem)
        return error("no model in production for this dataset and model", 500)

    @app.errorhandler(Exception)
    def our_fault(problem: Exception) -> Response:
        app.logger.exception("%s %s failed.", request.method, request.path)
        return error("internal error; the log has the details", 500)


app = create_app()
