"""Judges attendees' tests: valid on every correct application, thorough on every planted bug."""
