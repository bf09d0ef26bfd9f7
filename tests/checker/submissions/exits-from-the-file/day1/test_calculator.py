"""Test the calculator."""

import sys

sys.exit(0)
