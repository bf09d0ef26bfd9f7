"""Versions of models on S3, and which of them is in production."""
