"""Background jobs. The row in the database is the record; Celery carries its id and may lose, repeat or drop it."""
