class FileRefused(Exception):
    """A file is not accepted. The text is a sentence for the person who sent it and says what to do."""
