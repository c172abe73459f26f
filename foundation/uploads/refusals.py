"""The exception for files that are not accepted."""

from foundation.refusals import Refused


class FileRefused(Refused):
    """A file is not accepted. The sentence tells the person who sent it what to do."""
