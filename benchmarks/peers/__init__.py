"""Other servers for the same model, each in an environment of its own below .cache/peers."""
