"""What `list` does: which calls are wanted, who is asked for them, and in which order they are shown."""
