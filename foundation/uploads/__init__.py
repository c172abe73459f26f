"""Files from outside: checked by content before they are stored, stored by what they contain, served so that nothing
in them runs.

`kinds` names what a use may accept, `checks` looks into a file, `forms.UploadField` puts a refusal beside its field,
`services.store_upload` stores what was checked, `responses.file_response` serves it.
"""
