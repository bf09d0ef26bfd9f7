"""Stress tests, a module a category; each has its tests in TESTS."""
