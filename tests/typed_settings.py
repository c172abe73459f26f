"""Settings for mypy, without servers and secrets."""

import os

from modeltranslation import translator

os.environ.setdefault("PORTAL_MODE", "test")
os.environ.setdefault("DATABASE_URL", "postgresql://nobody@127.0.0.1:1/nothing")

# django-modeltranslation replaces managers by classes made at run time, which django-stubs cannot follow.
translator.add_manager = lambda model: None

from idm_portal.settings import *  # noqa: E402, F403
