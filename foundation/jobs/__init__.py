"""Long work. The job row is the truth; Celery carries its id and may lose it, repeat it or die with it."""
