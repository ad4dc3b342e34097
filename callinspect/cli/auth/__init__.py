"""What `auth` does: logs in, and says what is known of credentials."""
