"""What the numbers mean: pure functions and frozen results; QtCore only where work is run."""
