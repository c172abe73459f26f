"""Settings for mypy, which needs no server and no secret."""

import os

from modeltranslation import translator

os.environ.setdefault("PORTAL_MODE", "test")
os.environ.setdefault("DATABASE_URL", "postgresql://nobody@127.0.0.1:1/nothing")

# django-modeltranslation puts classes made at run time in the place of managers; django-stubs cannot follow them.
translator.add_manager = lambda model: None

from idm_portal.settings import *  # noqa: E402, F403
