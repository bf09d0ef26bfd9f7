"""Predictions over HTTP: a thin wrapper around ``src.predict``."""
