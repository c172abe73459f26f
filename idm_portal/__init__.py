"""The project itself: settings, root addresses, Celery, dashboards and search."""

from .celery import app as celery_app

__all__ = ["celery_app"]
