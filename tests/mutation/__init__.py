"""Mutation testing: change the source in one place at a time, and report which changes no test notices."""
