"""Predictions of the model that is in production."""
