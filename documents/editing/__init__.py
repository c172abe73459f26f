"""The editor of a text: several people at once, over steps that the server accepts, answers and keeps."""
