"""Settings of the portal in one file. Everything that differs between machines comes from the environment."""

import hashlib
from pathlib import Path

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from idm_portal import environment

BASE_DIR = Path(__file__).resolve().parent.parent

# --- Mode -----------------------------------------------------------------------------------------------------------
# production: real data behind TLS. demo: the demonstration data on this machine. test: the test suite.
MODE = environment.choice("PORTAL_MODE", "production", ("production", "demo", "test"))
DEMO = MODE == "demo"
PRODUCTION = MODE == "production"
DEBUG = False

PORTAL_DATA = Path(environment.text("PORTAL_DATA") or BASE_DIR / ".local" / "data")
MEDIA_ROOT = PORTAL_DATA / "files"
SIGNING_KEY_FILE = Path(environment.text("SIGNING_KEY_FILE") or PORTAL_DATA / "ballot-signing-key.pem")
# Not in PORTAL_DATA, because that folder is backed up with the database, whose waiting rows this key opens.
SEALING_KEY_FILE = Path(environment.text("SEALING_KEY_FILE") or PORTAL_DATA.parent / "keys" / "sealing-key.pem")

if PRODUCTION:
    environment.required("SECRET_KEY", "the portal signs sessions and links with it; 50 random characters or more")
    SECRET_KEY, *_others = environment.secret_keys("SECRET_KEY")
    if _others:
        raise ImproperlyConfigured("SECRET_KEY must have no comma; earlier keys belong into SECRET_KEY_FALLBACKS")
    # Earlier keys, newest first: what they signed stays valid. See docs/operations.md.
    SECRET_KEY_FALLBACKS = environment.secret_keys("SECRET_KEY_FALLBACKS")
    ALLOWED_HOSTS = environment.names("ALLOWED_HOSTS")
    if not ALLOWED_HOSTS or "*" in ALLOWED_HOSTS:
        raise ImproperlyConfigured("ALLOWED_HOSTS must name the hosts of the portal, without *")
    PUBLIC_ADDRESS = environment.public_address("PUBLIC_ADDRESS", ALLOWED_HOSTS)
else:
    SECRET_KEY = environment.text("SECRET_KEY") or hashlib.sha256(f"{MODE}:{BASE_DIR}".encode()).hexdigest()
    ALLOWED_HOSTS = environment.names("ALLOWED_HOSTS", "127.0.0.1,localhost,[::1],testserver")
    PUBLIC_ADDRESS = environment.text(
        "PUBLIC_ADDRESS", f"http://127.0.0.1:{environment.number('PORT', 8000, 1, 65535)}"
    ).rstrip("/")
DEMO_PASSWORD = environment.text("DEMO_PASSWORD") if DEMO or MODE == "test" else ""

# --- Applications ---------------------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "modeltranslation",  # before the admin, whose forms it extends
    "membership",  # before django.contrib.auth, whose command createsuperuser it replaces
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "pgtrigger",
    "pghistory",
    "csp",
    "django_htmx",
    "template_partials",
    "crispy_forms",
    "crispy_bootstrap5",
    # From the lowest layer up: an app imports only from layers below it (.importlinter).
    "foundation",
    "documents",
    "schedule",
    "workshops",
    "council",
    "votes",
    "surveys",
    "dialogue",
    "idm_portal.apps.PortalConfig",
]

MIDDLEWARE = [
    "foundation.pages.access_log.AccessLogMiddleware",  # first, so that it sees every answer
    "django.middleware.security.SecurityMiddleware",
    "foundation.pages.headers.PermissionsPolicyMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "foundation.pages.cache.CachedPages",  # before all middleware that a cached page does not need
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "foundation.uploads.bodies.BodyLimitMiddleware",  # before CsrfViewMiddleware, which reads the form
    "django.middleware.csrf.CsrfViewMiddleware",
    "foundation.pages.letters.LettersMiddleware",  # after CsrfViewMiddleware and before any view reads the form
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "membership.middleware.ViewerMiddleware",
    "foundation.editing.typed.TypedTextMiddleware",
    "foundation.uploads.middleware.OrphanMiddleware",
]

ROOT_URLCONF = "idm_portal.urls"
WSGI_APPLICATION = "idm_portal.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "debug": MODE == "test",  # needed to measure the coverage of templates
            "context_processors": [
                "django.template.context_processors.request",
                # Required by the admin. Both are lazy, so they read no session on public pages.
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "foundation.pages.context.portal",
            ],
            "builtins": ["foundation.templatetags.portal", "django.templatetags.i18n", "django.templatetags.static"],
        },
    },
]
FORM_RENDERER = "django.forms.renderers.DjangoTemplates"
CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"

# --- Database and cache ---------------------------------------------------------------------------------------------
DATABASES = {
    "default": {
        **environment.database(
            environment.required("DATABASE_URL", "the address of PostgreSQL; script/manage starts one for you")
        ),
        "CONN_MAX_AGE": environment.number("DATABASE_CONNECTION_SECONDS", 600),
        # Check a connection before its first query in a request, and reconnect after a restart of PostgreSQL.
        "CONN_HEALTH_CHECKS": True,
        # PgBouncer in transaction mode: nothing may outlast a transaction (see tests/idm_portal/test_pooling.py).
        "DISABLE_SERVER_SIDE_CURSORS": True,
        "ATOMIC_REQUESTS": False,
        "OPTIONS": {"connect_timeout": 3},
    },
}
if environment.text("PORTAL_TEST_DATABASE"):
    DATABASES["default"]["TEST"] = {"NAME": environment.text("PORTAL_TEST_DATABASE")}
    if environment.text("PORTAL_TEST_TEMPLATE"):
        DATABASES["default"]["TEST"]["TEMPLATE"] = environment.text("PORTAL_TEST_TEMPLATE")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {
    # Counters of the sign-in limits. In PostgreSQL, because losing Redis must not reset them.
    "default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "foundation_cache"},
    # Public pages by revision, in the memory of each process; the least recently used are dropped first. At most 256
    # pages of foundation.pages.cache.BYTES_OF_A_PAGE are 32 MB; with pages of usual size it is a tenth of that.
    "pages": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "pages",
        "TIMEOUT": 24 * 3600,
        "OPTIONS": {"MAX_ENTRIES": 256},
    },
}

# --- Jobs -----------------------------------------------------------------------------------------------------------
if PRODUCTION:
    REDIS_URL = environment.broker(environment.required("REDIS_URL", "the address of Redis, which carries the jobs"))
else:
    REDIS_URL = environment.text("REDIS_URL", "redis://127.0.0.1:6379/0")
CELERY_BROKER_URL = REDIS_URL
CELERY_RESULT_BACKEND = None
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_DEFAULT_QUEUE = "default"
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BEAT_SCHEDULER = "idm_portal.beat:Scheduler"
CELERY_BEAT_MAX_LOOP_INTERVAL = 10  # seconds; beat shows a sign of life each time
# Seconds after which an attempt at a job is ended. A kind of job may set a lower limit, never a higher one.
JOB_HARD_LIMIT = environment.number("JOB_HARD_LIMIT", 600, 10, 7200)
CELERY_TASK_TIME_LIMIT = JOB_HARD_LIMIT  # for tasks without a job row
# Seconds, renewed after each third. With the sweeper's 5 s, the job of a dead worker restarts within 15 s.
JOB_LEASE = environment.number("JOB_LEASE", 8, 2, 600)
JOB_PAUSES = (2, 4)  # seconds between the attempts at a job, which is set aside after the last
JOB_ATTEMPTS = len(JOB_PAUSES) + 1
JOB_QUEUES = ("urgent", "default", "pdf")
# Seconds after which a worker that is free and takes nothing from its queues ends, so that it is started again.
JOB_SILENCE = environment.number("JOB_SILENCE", 30, 10, 600)
# Days after which finished work is deleted by a daily job (foundation.housekeeping). Of emails, addresses and arguments
# go first; a digest of their key stays longer, so that none is sent a second time.
JOBS_KEPT_DAYS = environment.number("JOBS_KEPT_DAYS", 90, 1, 3650)
MAIL_KEPT_DAYS = environment.number("MAIL_KEPT_DAYS", 90, 1, 3650)
MAIL_KEYS_KEPT_DAYS = environment.number("MAIL_KEYS_KEPT_DAYS", 730, 1, 3650)
UNUSED_FILES_DAYS = environment.number("UNUSED_FILES_DAYS", 7, 1, 3650)
# A file that workers, sweeper and beat write every few seconds while they do their work; see idm_portal/health.py.
SIGN_OF_LIFE = environment.text("SIGN_OF_LIFE")
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": JOB_HARD_LIMIT + 60,
    "socket_timeout": 5,
    "socket_connect_timeout": 0.2,
    "retry_on_timeout": False,
}
# Publishing gives up quickly, because the sweeper finds the row if Redis is away. Workers must wait longer for a
# response, so publishing has its own connection options. It tries once: by default Kombu tries three times, seconds
# apart.
JOB_PUBLISHING_OPTIONS = {**CELERY_BROKER_TRANSPORT_OPTIONS, "socket_timeout": 0.2, "max_retries": 0}
JOB_PUBLISHING_PAUSE = 2  # seconds before a process that could not reach the broker tries again

# --- Email ----------------------------------------------------------------------------------------------------------
DEFAULT_FROM_EMAIL = environment.text("MAIL_FROM", "" if PRODUCTION else "IDM secretariat <idm@idm.example>")
if DEMO:
    EMAIL_BACKEND = "foundation.mail.backends.DemoMailBackend"
elif PRODUCTION:
    DEFAULT_FROM_EMAIL = environment.sender("MAIL_FROM")
    EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    EMAIL_HOST = environment.required("SMTP_HOST", "the email server; sign-in codes, receipts and invitations need it")
    EMAIL_PORT = environment.number("SMTP_PORT", 587, 1, 65535)
    EMAIL_HOST_USER = environment.text("SMTP_USER")
    EMAIL_HOST_PASSWORD = environment.text("SMTP_PASSWORD")
    EMAIL_USE_TLS = environment.flag("SMTP_TLS", True)
    EMAIL_TIMEOUT = 20
SERVER_EMAIL = DEFAULT_FROM_EMAIL

# --- People and sign-in ---------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "membership.Person"
AUTHENTICATION_BACKENDS = ["membership.adapter.PersonBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_LOGOUT_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "membership.adapter.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_PREVENT_ENUMERATION = "strict"
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 600
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = True  # same response for known and unknown addresses
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_CHANGE_EMAIL = False
ACCOUNT_RATE_LIMITS = {
    "login": "30/m/ip",
    "login_failed": "10/m/ip,5/300s/key",
    "request_login_code": "20/m/ip,3/m/key",
    "reset_password": "20/m/ip,5/m/key",
    "reset_password_from_key": "20/m/ip",
    "reauthenticate": "10/m/user",
}
MFA_ADAPTER = "membership.adapter.MFAAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]  # allauth's security keys need an inline script
MFA_TOTP_ISSUER = "IDM portal"
# Nobody can sign up, so an address is one that the secretariat entered. Without this, staff whose first sign-in is by
# password could never set up their second factor, because allauth has not seen them verify their address.
MFA_ALLOW_UNVERIFIED_EMAIL = True
# Staff must use a second factor in production. Demonstration accounts do not; tests switch it on where needed.
STAFF_SECOND_FACTOR = PRODUCTION
if MODE == "test":
    INSTALLED_APPS.append("django_migration_linter")
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # fast, and used only in tests

# --- Languages and time ---------------------------------------------------------------------------------------------
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("fr", _("French")), ("es", _("Spanish"))]
MODELTRANSLATION_DEFAULT_LANGUAGE = "en"
MODELTRANSLATION_FALLBACK_LANGUAGES = ("en", "fr", "es")
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

# --- Static files ---------------------------------------------------------------------------------------------------
STATIC_URL = "static/"
STATIC_ROOT = Path(environment.text("STATIC_ROOT") or BASE_DIR / "staticfiles")
# Only these folders are served; static/css and static/js are the sources of the bundles in static/dist.
STATICFILES_DIRS = [(name, BASE_DIR / "static" / name) for name in ("dist", "fonts", "img")]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if MODE == "test"
        else "whitenoise.storage.CompressedManifestStaticFilesStorage",
    },
}
WHITENOISE_ROOT = BASE_DIR / "static" / "root"  # files that browsers request at the root, such as favicon.ico
WHITENOISE_USE_FINDERS = MODE == "test"
WHITENOISE_AUTOREFRESH = MODE == "test"  # otherwise every test client would scan all files first

# --- Security -------------------------------------------------------------------------------------------------------
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    },
}
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
# Features of browsers that no page uses, so no injected script or frame may.
PERMISSIONS_POLICY = (
    "accelerometer", "autoplay", "camera", "display-capture", "encrypted-media", "fullscreen", "geolocation",
    "gyroscope", "magnetometer", "microphone", "midi", "payment", "picture-in-picture", "screen-wake-lock",
    "sync-xhr", "usb", "xr-spatial-tracking",
)  # fmt: skip
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 12 * 3600
CSRF_COOKIE_HTTPONLY = True  # scripts read the token from the page
CSRF_FAILURE_VIEW = "foundation.pages.errors.csrf_failure"
CSRF_TRUSTED_ORIGINS = environment.names("CSRF_TRUSTED_ORIGINS")
# Token for /metrics. If it is empty, the page returns 404.
METRICS_TOKEN = environment.text("METRICS_TOKEN")
TRUSTED_PROXY_COUNT = environment.number("TRUSTED_PROXY_COUNT", 0, 0, 5)
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXY_COUNT
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
DATA_UPLOAD_MAX_NUMBER_FILES = 1  # no form has more than one
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_HANDLERS = [
    "foundation.uploads.handlers.LimitedUploadHandler",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
if PRODUCTION:
    SECURE_SSL_REDIRECT = environment.flag("SECURE_SSL_REDIRECT", True)
    SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
    SECURE_HSTS_SECONDS = 365 * 24 * 3600
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    # With this prefix, browsers refuse the cookies from another host of the same domain and over plain HTTP.
    SESSION_COOKIE_NAME = "__Host-session"
    CSRF_COOKIE_NAME = "__Host-csrf"
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True
    if TRUSTED_PROXY_COUNT:
        SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# --- History --------------------------------------------------------------------------------------------------------
PGHISTORY_APPEND_ONLY = True

# --- Logging --------------------------------------------------------------------------------------------------------
LOG_FORMAT = environment.choice("LOG_FORMAT", "line", ("line", "json"))
ACCESS_LOG = environment.flag("ACCESS_LOG", MODE != "test")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"()": "foundation.logs.LineFormatter", "format": "%(asctime)s %(levelname)s %(name)s %(message)s"},
        "json": {"()": "foundation.logs.JsonFormatter"},
    },
    "filters": {
        "personal_links": {"()": "foundation.pages.logs.DropPersonalLinks"},
        "refusals": {"()": "foundation.pages.logs.NoTraceOfRefusals"},
    },
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": LOG_FORMAT,
            "filters": ["personal_links", "refusals"],
        }
    },
    "root": {"handlers": ["console"], "level": environment.text("LOG_LEVEL", "INFO")},
    "loggers": {
        "django.server": {"handlers": ["console"], "level": "INFO", "propagate": False},
        # Jobs log themselves; the messages of heartbeats would be most of the log.
        "celery.worker.strategy": {"level": "WARNING"},
        "celery.app.trace": {"level": "WARNING"},
        "fontTools": {"level": "WARNING"},
        "weasyprint": {"level": "ERROR"},
    },
}
TEST_RUNNER = "django.test.runner.DiscoverRunner"
SILENCED_SYSTEM_CHECKS: list[str] = []
