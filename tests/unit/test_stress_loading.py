"""Which model is meant, and whether it is what it says it is."""

import pandas as pd
import pytest

from src.errors import UserError
from src.release.registry import NotInProduction
from src.stress.configuration import ModelConfig
from src.stress.loading import fingerprint_of, load_model, pinned
from tests.small_versions import CLASSES, DATASET, FIRST, MODEL, POINT, SECOND, House

OF = {"dataset": DATASET, "model": MODEL}


@pytest.fixture
def registry():
    """The first version is in production, the second is published."""
    house = House()
    house.deploy(FIRST, label="W")
    house.publish(SECOND, label="FE")
    return house.registry


def said_by(model):
    probabilities = model.predict_proba(pd.DataFrame([POINT]))
    return CLASSES[probabilities.argmax()]


@pytest.mark.parametrize(
    ("config", "said"),
    [({"production": OF}, "W"), ({"version": OF | {"model_id": SECOND[:6]}}, "FE")],
)
def test_a_released_version_is_loaded_from_the_registry(registry, config, said):
    assert said_by(load_model(config, registry=registry)) == said


def test_production_means_what_it_is_when_it_is_registered(registry):
    config = pinned(ModelConfig(production=OF), registry)
    registry.promote(DATASET, MODEL, SECOND, registry.production(DATASET, MODEL))

    assert config.version.model_id == FIRST
    assert said_by(load_model(config, registry=registry)) == "W"
    assert fingerprint_of(pinned(ModelConfig(production=OF), registry)) != fingerprint_of(config)


def test_nothing_in_production_is_told():
    with pytest.raises(NotInProduction, match="is in production"):
        pinned(ModelConfig(production=OF), House().registry)


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("model.onnx", "is no model: give a .pkl or a .py file"),
        ("model.pkl", "model.pkl cannot be read .No such file"),
        ("model.py", "model.py cannot be read .No such file"),
    ],
)
def test_a_file_that_is_of_no_use_is_told(tmp_path, name, told):
    with pytest.raises(UserError, match=told):
        fingerprint_of(pinned(ModelConfig(path=tmp_path / name)))


def test_a_pickle_without_a_report_is_not_loaded(tmp_path):
    (tmp_path / "model.pkl").write_bytes(b"cos\nsystem\n(S'false'\ntR.")

    with pytest.raises(UserError, match=r"has no report\.json beside it"):
        load_model({"path": tmp_path / "model.pkl"})
