"""A project for stress tests with all that a run needs, from a hundred rows and three trees."""

from src.config import Settings
from src.stress.client import Client
from src.train.train import train
from tests.small_dataset import NAME, write_small_dataset

QUICK = ("row_order", "column_order", "determinism")  # tests with a case each


def train_small(folder):
    """Train three trees on the small dataset; answer the settings of the place."""
    write_small_dataset(folder / "data")
    settings = Settings(data_dir=folder / "data", output_dir=folder / "output")
    train(NAME, parameters={"n_estimators": 3}, settings=settings)
    return settings


def data_config(settings, split):
    """The configuration of one of the two splits, whose labels are in a file of their own."""
    folder = settings.output_dir / "splits" / NAME
    return {
        "path": folder / f"X_{split}.parquet",
        "label_path": folder / f"y_{split}.parquet",
    }


def model_path(settings):
    """The one model that is trained."""
    return next(settings.output_dir.glob("*/model.pkl"))


def project_in(folder, settings):
    """A project of a store in a folder, with the datasets foo and bar and the model baz."""
    project = Client(folder).create_project("shots", "A hundred shots")
    project.register_dataset("foo", data_config(settings, "train"))
    project.register_dataset("bar", data_config(settings, "test"))
    project.register_model("baz", {"path": model_path(settings)})
    return project


def config_of(*tests, **more):
    """A test_run_config of the seed's, by names; only some tests run."""
    only = {"individual_tests_config": {name: {"run": True} for name in tests or QUICK}}
    return {
        "run_name": "My Stress Test Run",
        "data_info": {"ref_dataset_id": "foo", "eval_dataset_id": "bar"},
        "model_id": "baz",
        "categories": [],
        "test_suite_config": only,
    } | more
