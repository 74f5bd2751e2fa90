"""The one exception that the tool shows to its user, as one line."""


class LabError(Exception):
    """What is wrong and what to do about it."""
