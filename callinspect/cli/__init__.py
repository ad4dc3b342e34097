"""The command line: one module per command. A command parses, makes one call into the client, renders, returns."""
