"""The application that the course tests: from data to predictions over HTTP."""
