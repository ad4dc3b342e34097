"""Where credentials come from: the environment, the keyring, profiles."""
