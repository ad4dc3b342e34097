"""Input: arguments, files, standard input, and prompts."""
