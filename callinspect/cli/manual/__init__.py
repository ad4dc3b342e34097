"""What the program says of its commands: the same pages on a terminal and as a manual page."""
