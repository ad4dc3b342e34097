"""What `stats` does: which calls are counted, and by what."""
