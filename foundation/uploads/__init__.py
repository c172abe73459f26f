"""Uploaded files: their content is checked before they are stored, and they are served so that nothing in them runs.

`kinds` defines what may be uploaded, `checks` inspects a file, `forms.UploadField` shows a refusal beside its field,
`services.store_upload` stores a checked file, and `responses.file_response` serves it.
"""
