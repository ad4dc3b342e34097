"""What can be wrong between here and a vendor, looked at step by step, and what to do about it."""
