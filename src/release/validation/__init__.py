"""From data to production, step by step, each with conditions before and after it."""
