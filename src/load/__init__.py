"""Load tests: Locust asks a server for predictions, and budgets decide whether it did well."""
