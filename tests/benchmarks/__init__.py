"""How fast callinspect is, and with how much memory, beside programs that do a part of its work."""
