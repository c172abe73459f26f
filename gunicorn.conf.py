"""gunicorn reads this file by itself, in the demonstration and in production alike."""

import os

bind = f"{os.environ.get('PORTAL_HOST', '127.0.0.1')}:{os.environ.get('PORT', '8000')}"
wsgi_app = "idm_portal.wsgi"
worker_class = "gthread"
workers = int(os.environ.get("WEB_WORKERS", "2"))
threads = int(os.environ.get("WEB_THREADS", "4"))
preload_app = True  # the workers share the memory of one import, and a killed one is back at once
graceful_timeout = 10
timeout = 60
keepalive = 5
worker_tmp_dir = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # noqa: S108 - heartbeat files, not data
control_socket_disable = True  # it would lie in a folder that all portals of one user share
accesslog = None  # addresses of personal links are never logged; the portal logs what matters itself


def when_ready(_server):
    """In the master, before it forks: the first vote in a new worker waited a second for the broker's client."""
    from foundation.jobs.services import prepare_to_publish

    prepare_to_publish()


def post_fork(_server, _worker):
    """A worker never shares a database connection that the import opened."""
    from django.db import connections

    connections.close_all()
