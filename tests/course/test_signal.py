"""The contrast that the benchmark exercise shows: many trees against few, on tennis_points."""

import numpy as np
import pandas as pd
import pytest

from src.config import ROOT, Settings
from src.train.train import train


@pytest.fixture(scope="module")
def settings(tmp_path_factory):
    return Settings(output_dir=tmp_path_factory.mktemp("output"))


@pytest.fixture(scope="module")
def many_trees(settings):
    return train(settings=settings)


@pytest.fixture(scope="module")
def few_trees(settings):
    return train(parameters={"n_estimators": 10}, settings=settings)


def test_a_hundred_trees_have_a_log_loss_near_0_38(many_trees):
    assert 0.34 <= many_trees.test_log_loss <= 0.42


def test_ten_trees_have_a_log_loss_near_0_78(few_trees):
    assert 0.65 <= few_trees.test_log_loss <= 0.90


def test_the_folds_tell_the_same(many_trees, few_trees):
    assert 0.36 <= many_trees.mean_cv_log_loss <= 0.50
    assert 0.70 <= few_trees.mean_cv_log_loss <= 1.00


def test_few_trees_differ_more_from_fold_to_fold(many_trees, few_trees):
    assert few_trees.std_cv_log_loss > many_trees.std_cv_log_loss


def test_always_saying_the_shares_of_the_outcomes_has_a_log_loss_near_1_07():
    points = pd.read_parquet(ROOT / "data" / "tennis_points" / "tennis_points.parquet")
    shares = points["outcome"].value_counts(normalize=True)

    assert -(shares * np.log(shares)).sum() == pytest.approx(1.07, abs=0.02)
