"""Watches a day: at each save, what the tests are worth now."""
