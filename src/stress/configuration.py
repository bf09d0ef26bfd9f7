"""What users configure: datasets, models and runs of stress tests.

Each is a plain dictionary, checked here; `parse` turns the first mistake into one sentence.
"""

from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from src.errors import UserError
from src.stress.catalogue import BY_DEFAULT, CATEGORIES, CUSTOM
from src.stress.suggestion import unknown

MODEL_TASKS = ("MODEL_TASK_BINARY_CLASSIFICATION", "MODEL_TASK_MULTICLASS_CLASSIFICATION")
SENSITIVITIES = {"strict": 0.5, "default": 1.0, "lenient": 2.0}  # factors on the thresholds
CATEGORY_PREFIX = "test_category_type_"
SENSITIVITY_PREFIX = "test_sensitivity_"
LARGEST_SEED = 2**32 - 1

Name = Annotated[str, Field(min_length=1, max_length=200)]


def _absolute(path: Any) -> Any:
    """Make a path of this process one that another process finds as well."""
    return Path(path).expanduser().absolute() if isinstance(path, str | Path) else path


File = Annotated[Path, BeforeValidator(_absolute)]


class Configuration(BaseModel):
    """A dictionary with keys that are known; `where` is what users call it.

    Building is deferred, since Pydantic looks for plug-ins when it builds.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)
    where: ClassVar[str]

    @model_validator(mode="before")
    @classmethod
    def _knows_every_key(cls, given: Any) -> Any:
        for key in given if isinstance(given, dict) else ():
            if key not in cls.model_fields:
                raise UserError(unknown(f"key in {cls.where}", key, cls.model_fields))
        return given


class DataConfig(Configuration):
    """Where a dataset is, and which of its columns are no features.

    Attributes:
        path: a file of csv, parquet, jsonl, jsonl.gz or json.gz.
        label_col: the column with what is right for each row.
        label_path: a file with the labels, where they are in one of their own; of several columns,
            label_col names the one.
        pred_col: the column with recorded predictions, classes or in binary tasks probabilities of
            the second class; or a column a class, with its probability, in the classes' order.
        pred_path: a file with the predictions, where they are in one of their own.
        timestamp_col: the column that tells when a row was observed.
        exclude_cols: further columns that are no features, as an id.
    """

    where = "data_config"

    path: File
    label_col: Name | None = None
    label_path: File | None = None
    pred_col: Name | list[Name] | None = None
    pred_path: File | None = None
    timestamp_col: Name | None = None
    exclude_cols: list[Name] = []


class Released(Configuration):
    """The version of a model that is in production, as the release registry says."""

    where = "model_config's production"

    dataset: Name
    model: Name


class ReleasedVersion(Configuration):
    """A version of a model in the release registry, by its id or how it starts."""

    where = "model_config's version"

    dataset: Name
    model: Name
    model_id: Name


class ModelConfig(Configuration):
    """Where a model is: in a file or in the release registry.

    Attributes:
        path: a model.pkl of ours with its report.json beside it, or a .py file with
            predict_df(df) or predict_dict(row).
        production: what the release registry has in production.
        version: a version in the release registry.
        classes: of a .py file, in the order of its probabilities; else the file's CLASSES, else
            those of the reference data's labels, sorted.
        timeout_seconds: how long a .py file may take for one answer.
        memory_mb: how much memory a .py file may take.
    """

    where = "model_config"

    path: File | None = None
    production: Released | None = None
    version: ReleasedVersion | None = None
    classes: list[bool | int | float | str] | None = Field(None, min_length=2)
    timeout_seconds: float = Field(20.0, gt=0, le=3600)
    memory_mb: int = Field(4096, ge=256)

    @model_validator(mode="after")
    def _names_one_model(self) -> "ModelConfig":
        if sum(given is not None for given in (self.path, self.production, self.version)) != 1:
            raise ValueError("give one of path, production and version")
        return self


class DataInfo(Configuration):
    """Which datasets are compared, by id or name."""

    where = "data_info"

    ref_dataset_id: Name
    eval_dataset_id: Name


class Limits(Configuration):
    """Thresholds of one test; those that are not given are the test's."""

    where = "thresholds"

    low: float | None = None
    medium: float | None = None
    high: float | None = None


class OneTest(BaseModel):
    """The configuration of one test; further keys are the test's options."""

    model_config = ConfigDict(extra="allow", frozen=True, defer_build=True)

    run: bool | None = None
    thresholds: Limits = Field(default_factory=Limits)
    ignore_errors: bool = False

    @property
    def options(self) -> dict[str, Any]:
        """Options of the test itself."""
        return dict(self.model_extra or {})


def _sensitivity(given: Any) -> Any:
    if not isinstance(given, str):
        return given
    name = given.lower().removeprefix(SENSITIVITY_PREFIX)
    if name not in SENSITIVITIES:
        raise UserError(unknown("global_test_sensitivity", given, SENSITIVITIES))
    return name


class SuiteConfig(Configuration):
    """What is set for all tests, and for single ones by their names."""

    where = "test_suite_config"

    global_test_sensitivity: Annotated[
        Literal["strict", "default", "lenient"], BeforeValidator(_sensitivity)
    ] = "default"
    global_exclude_columns: list[Name] = []
    individual_tests_config: dict[str, OneTest] = {}


def category_of(given: Any) -> Any:
    """Answer the name of a category, however it is written.

    Raises:
        UserError: there is no such category.
    """
    if not isinstance(given, str):
        return given
    plain = given.strip().lower().replace(" ", "_").replace("-", "_")
    name = plain.removeprefix(CATEGORY_PREFIX)
    if name not in (*CATEGORIES, CUSTOM):
        raise UserError(unknown("category", given, [*CATEGORIES, CUSTOM]))
    return name


class TestRunConfig(Configuration):
    """A run of stress tests: of what, which tests, and how.

    Attributes:
        run_name: for people; several runs may have it.
        data_info: the two datasets.
        model_id: the model, by id or name; None where only data and recorded predictions are there.
        categories: whose tests run; those of the user's own run whether "custom" is named or not.
        test_suite_config: thresholds, options, and columns to leave out.
        seed: decides all chances.
        protected_columns: that name people's groups, as sex or age.
        custom_tests: .py files with tests of the user's own.
    """

    __test__ = False  # no test of pytest's
    where = "test_run_config"

    run_name: Name
    data_info: DataInfo
    model_id: Name | None
    categories: list[Annotated[str, BeforeValidator(category_of)]] = list(BY_DEFAULT)
    test_suite_config: SuiteConfig = Field(default_factory=SuiteConfig)
    seed: int = Field(0, ge=0, le=LARGEST_SEED)
    protected_columns: list[Name] = []
    custom_tests: list[File] = []


Kind = TypeVar("Kind", bound=Configuration)


def parse(kind: type[Kind], given: Any) -> Kind:
    """Check a dictionary of the user's.

    Raises:
        UserError: the first mistake in it, in one sentence.
    """
    if isinstance(given, kind):
        return given
    try:
        return kind.model_validate(given)
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"])
        raise UserError(f"{kind.where}{f': {key}' if key else ''}: {_reason(first)}.") from error


def model_task(given: str) -> str:
    """Answer the name of a model task.

    Raises:
        UserError: there is no such task.
    """
    if given not in MODEL_TASKS:
        raise UserError(unknown("model_task", given, MODEL_TASKS))
    return given


def _reason(problem: Any) -> str:
    if problem["type"] == "missing":
        return "this key is needed"
    text = problem["msg"].removeprefix("Value error, ").rstrip(".")
    given = problem["input"]
    shown = f", not {given!r}" if isinstance(given, str | int | float | None) else ""
    return f"{text[:1].lower()}{text[1:]}{shown}"
