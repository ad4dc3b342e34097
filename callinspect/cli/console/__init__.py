"""Standard streams, the terminal and what is drawn on it, and signals."""
