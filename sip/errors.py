"""What can go wrong when a command is given."""


class SipError(Exception):
    """A command could not be carried out; the text says which and why, without numbers."""
