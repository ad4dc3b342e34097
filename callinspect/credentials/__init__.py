"""Finds and stores credentials: the environment, the keyring, profiles."""
