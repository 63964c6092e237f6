"""Wrong usage of a command."""


class UsageError(Exception):
    """The words of the command are off; the text says what is expected. Exit status 2."""
