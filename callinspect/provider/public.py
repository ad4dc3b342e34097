"""Paths whose values may be shown with --redact (see `Provider.public`), written by the object that has them."""


def under(place: str, names: str) -> str:
    """Return the paths of an object's keys, with a blank before them, so that they can be added to others.

    Args:
        place: the path of the object, or of the array that holds such objects.
        names: the keys, or paths below it, separated by spaces.
    """
    return "".join(f" {place}.{each}" for each in names.split())
