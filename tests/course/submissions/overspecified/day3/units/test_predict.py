from unittest.mock import MagicMock

import numpy as np
import pytest

from src.errors import UserError
from src.predict.predictor import Predictor

ROWS = [{"speed": 30.0}, {"speed": 10.0}]


class Model:
    classes_ = np.array(["UE", "W"])

    def predict(self, frame):
        return np.where(frame["speed"] > 20, "W", "UE")

    def predict_proba(self, frame):
        return np.array([[0.3, 0.7]] * len(frame))


@pytest.fixture
def registry():
    r = MagicMock()
    r.production.return_value.model_id = "first"
    r.load.return_value = Model()
    return r


@pytest.fixture
def predictor(registry):
    return Predictor(registry, 10, clock=lambda: 0.0)


def test_predict(predictor):
    assert predictor.answer(ROWS).predictions == ["W", "UE"]


def test_proba(predictor):
    assert predictor.answer(ROWS, "predict_proba").predictions[0] == {"UE": 0.3, "W": 0.7}


def test_unknown_method(predictor):
    with pytest.raises(UserError, match="No method 'fit'"):
        predictor.answer(ROWS, "fit")


def test_cached(predictor, registry):
    predictor.answer(ROWS)
    predictor.answer(ROWS)
    registry.production.assert_called_once_with("tennis_points", "random_forest")
    registry.load.assert_called_once_with("tennis_points", "random_forest", "first")
