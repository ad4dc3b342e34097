"""What comes in: words of the command line, files, standard input, answers to questions."""
