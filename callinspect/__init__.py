"""What happened to that call? One command, one record, for every telephony vendor."""

__version__ = "0.1.0"
