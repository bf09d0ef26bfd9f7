"""A new model against the one in production, as a table that an operator can decide from."""
