"""Settings of gunicorn, which reads this file on its own, in the demonstration and in production."""

import gc
import os

bind = f"{os.environ.get('PORTAL_HOST', '127.0.0.1')}:{os.environ.get('PORT', '8000')}"
wsgi_app = "idm_portal.wsgi"
worker_class = "gthread"
workers = int(os.environ.get("WEB_WORKERS", "2"))
threads = int(os.environ.get("WEB_THREADS", "4"))
preload_app = True  # workers share the memory of one import, and a killed one is replaced at once
graceful_timeout = 10
timeout = 30  # seconds after which a worker that is stopped or hangs as a whole is replaced
keepalive = 5
worker_tmp_dir = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # noqa: S108 - heartbeat files, not data
control_socket_disable = True  # its folder would be shared by all portals of one user
accesslog = None  # personal links must not be logged; the portal has its own log


def when_ready(server):
    """Prepare what the workers inherit.

    Load the broker's client; otherwise the first vote in a new worker waits a second for it. Exempt what is loaded so
    far from garbage collection, and collect less often: a page creates thousands of objects, hardly any in cycles.
    """
    from foundation.jobs.services import prepare_to_publish

    prepare_to_publish()
    server.log.error_log.handlers.clear()  # its lines then look like all others
    server.log.error_log.propagate = True
    _settle_after_restore(server)
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


def _settle_after_restore(server):
    """Hold email that a restored backup would send again, before any page is served: pages follow deadlines, too."""
    from django.db import DatabaseError, connections

    from foundation.jobs.tasks import follow_deadlines
    from foundation.mail.restored import has_to_follow, hold_if_restored

    try:
        hold_if_restored()
        if has_to_follow():
            follow_deadlines()
    except DatabaseError:
        server.log.exception("it is not known whether the database was restored")
    finally:
        connections.close_all()


def post_fork(_server, _worker):
    """Close database connections from the import, because workers must not share them."""
    from django.db import connections

    connections.close_all()
