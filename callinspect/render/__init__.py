"""Turns calls and vendors' documents into text: `json`, `csv`, `fields` (single values) and `people`."""
