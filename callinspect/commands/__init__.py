"""The commands, one file each. A command parses its options, calls the client once, writes the result, returns."""
