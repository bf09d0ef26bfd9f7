"""Generated mutants: small changes of the application that nobody planted, and who notices them."""
