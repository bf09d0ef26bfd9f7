"""From data to a trained model: load, make features, fit, evaluate, keep."""
