from foundation.refusals import Refused


class FileRefused(Refused):
    """A file is not accepted. The sentence is for the person who sent it and says what to do."""
