"""Asks vendors about calls: accounts and their sessions, one call or many, once or again and again."""
