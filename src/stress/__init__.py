"""Stress tests of a model: each evaluates its resilience with regard to one vulnerability."""
