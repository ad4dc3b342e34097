"""The commands: a file each. A command parses, makes one call into the client, renders, returns."""
