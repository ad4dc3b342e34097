"""Results in every format, and what became of a run."""
