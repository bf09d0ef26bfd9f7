"""What a check costs, measured beside the naive way in the same run: `make bench`."""
