"""What commands share: the program, its options, opening a client, writing results and errors."""
