"""Email: a row stores the request and the recipient. The text is composed when the email is sent and is not stored."""
