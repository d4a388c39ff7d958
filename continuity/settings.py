"""Every setting of the portal. The environment is read here and nowhere else; imports cleanly with nothing set."""

import secrets
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import django_stubs_ext
from csp.constants import NONE, SELF

from continuity.core.env import Environment, Misconfigured, database_of
from continuity.core.headers import on_file
from continuity.core.letters import FOLDER
from continuity.core.logs import LOGGING  # noqa: F401 - Django reads it here

django_stubs_ext.monkeypatch()

BASE_DIR = Path(__file__).resolve().parent.parent
ENV = Environment.of(BASE_DIR)
DATA_DIR = Path(ENV.text("DATA_DIR"))
BUILD_DIR = BASE_DIR / ".build"
MAIL_DIR = DATA_DIR / FOLDER
SNAPSHOT = DATA_DIR / "board.json"

# Without a secret from outside each process gets its own: good for checks and tests, useless for a server.
SECRET_KEY = ENV.text("SECRET_KEY") or secrets.token_urlsafe(50)
LEDGER_KEY = ENV.text("LEDGER_KEY") or secrets.token_urlsafe(50)
DEBUG = False
SAMPLE_MODE = ENV.flag("SAMPLE")
SAMPLE_PASSWORD = ENV.text("SAMPLE_PASSWORD", "continuity-sample")
SECURE = ENV.flag("SECURE")
PUBLIC_STATUS = ENV.flag("PUBLIC_STATUS")
PUBLIC_URL = ENV.text("PUBLIC_URL", "http://127.0.0.1:8000").rstrip("/")
PORTAL_NAME = "Service continuity"
TRUST_NAME = ENV.text("TRUST_NAME", "Ashcombe Vale Hospitals NHS Trust")
# Whom staff ring when the portal itself does not work; pages that cannot ask the database say it.
SERVICE_DESK = ENV.text(
    "SERVICE_DESK", "the IT service desk, ext 5000" if SAMPLE_MODE else "the IT service desk"
)

# --- Who may come in -------------------------------------------------------------------------------
ALLOWED_HOSTS = ENV.listed("ALLOWED_HOSTS", "127.0.0.1,localhost,[::1]")
TRUSTED_NETWORKS = ENV.listed("TRUSTED_NETWORKS", "127.0.0.0/8,::1/128" if SAMPLE_MODE else "")
TRUSTED_PROXIES = ENV.listed("TRUSTED_PROXIES")
# Open streams of one web process; whoever comes beyond them polls every 15 seconds.
STREAMS_AT_MOST = ENV.number("STREAMS_AT_MOST", 20_000)

INSTALLED_APPS = [
    "continuity.core",
    "continuity.accounts",
    "continuity.catalogue",
    "continuity.command",
    "continuity.notifications",
    "continuity.plans",
    "releases",
    "incidents",
    "incidents.exercises",
    "incidents.reviews",
    "continuity.monitors",
    "continuity.board",
    "continuity.library",
    "continuity.api",
    "continuity.reports",
    "continuity.intake",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",
    "axes",
    "crispy_forms",
    "csp",
    "django_htmx",
    "django_structlog",
    "template_partials",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    # A style sheet is no page: it needs no policy, which weighs more than some of our files. A picture has its own.
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "continuity.core.middleware.SecurityHeaders",
    "csp.middleware.CSPMiddleware",
    "continuity.core.middleware.Readable",
    "continuity.core.middleware.Confirmations",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "continuity.accounts.middleware.SessionLimits",
    "continuity.accounts.middleware.Access",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_structlog.middlewares.RequestMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "continuity.core.middleware.Refusals",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "continuity.urls"
WSGI_APPLICATION = "continuity.wsgi.application"
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": [
                "continuity.core.templatetags.slots",
                "continuity.core.templatetags.times",
                "continuity.core.templatetags.nhs",
                "continuity.core.templatetags.level",
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "continuity.accounts.context.portal",
                "continuity.notifications.context.unread",
            ],
        },
    },
]
CRISPY_ALLOWED_TEMPLATE_PACKS = ["nhsuk"]
CRISPY_TEMPLATE_PACK = "nhsuk"
CRISPY_FAIL_SILENTLY = False

# --- Where things are kept -------------------------------------------------------------------------
DATABASE_URL = ENV.text("DATABASE_URL", "postgresql:///continuity")
_database = database_of(DATABASE_URL)
# Seconds (the last: milliseconds) after which a server that fell silent counts as gone; the address may say others.
_patience = {
    "connect_timeout": "3",
    "keepalives_idle": "10",
    "keepalives_interval": "3",
    "keepalives_count": "3",
    "tcp_user_timeout": "10000",
}
# A lost connection is not sought for long by the pool itself: whoever needs one asks again. One that nobody needed
# for 10 seconds is closed: at rest each holds 3 to 6 MiB of the server's memory, and a new one takes milliseconds.
_pool = {"min_size": 1, "max_size": 20, "max_idle": 10, "timeout": 3, "reconnect_timeout": 1}
DATABASES = {
    "default": {
        **_database,
        # It checks each connection itself before a page gets it.
        "ENGINE": "continuity.core.postgresql",
        "OPTIONS": {**_patience, **_database["OPTIONS"], "pool": _pool},  # type: ignore[dict-item]
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
BROKER_URL = ENV.text("BROKER_URL", "redis://127.0.0.1:6379/0")
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
STATIC_URL = "/static/"
STATIC_ROOT = BUILD_DIR / "static"
STATICFILES_DIRS = [BUILD_DIR / "assets"]
WHITENOISE_ROOT = None
WHITENOISE_ALLOW_ALL_ORIGINS = False
WHITENOISE_ADD_HEADERS_FUNCTION = on_file
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
# The request id is enough to join lines; addresses of people do not belong in logs.
DJANGO_STRUCTLOG_IP_LOGGING_ENABLED = False

# --- Time and language -----------------------------------------------------------------------------
USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en-gb"
USE_I18N = False
CLOCK_STARTS_AT = ENV.instant("CLOCK_STARTS_AT")
if CLOCK_STARTS_AT and not SAMPLE_MODE:
    raise Misconfigured("CLOCK_STARTS_AT moves the clock of test portals only: it needs SAMPLE=on.")
# The supervisor writes CLOCK_EPOCH once, so that every process of a portal shares one shift.
_epoch = ENV.instant("CLOCK_EPOCH") or datetime.now(UTC)
CLOCK_OFFSET = CLOCK_STARTS_AT - _epoch if CLOCK_STARTS_AT else timedelta(0)

# --- People ----------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
LOGIN_URL = "/accounts/login/"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}", "OPTIONS": options}
    for name, options in (
        ("UserAttributeSimilarityValidator", {}),
        ("MinimumLengthValidator", {"min_length": 12}),
        ("CommonPasswordValidator", {}),
        ("NumericPasswordValidator", {}),
    )
]
# An hour without a page, or a night shift in all: the longest a shared ward computer may stay logged in.
SESSION_IDLE = timedelta(minutes=ENV.number("SESSION_IDLE_MINUTES", 60))
SESSION_LONGEST = timedelta(hours=ENV.number("SESSION_LONGEST_HOURS", 12))
SESSION_COOKIE_NAME = "continuity_session"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = int(SESSION_LONGEST.total_seconds())
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "continuity.core.views.csrf_failure"
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL] if urlsplit(PUBLIC_URL).scheme == "https" else []

# --- What a browser is told ------------------------------------------------------------------------
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
SECURE_SSL_REDIRECT = SECURE and not ENV.flag("PROXY_ENDS_TLS", True)
SECURE_HSTS_SECONDS = 31_536_000 if SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = SECURE
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
# The header is sent by core/headers.py, on the router's answers too.
SILENCED_SYSTEM_CHECKS = ["security.W002"]
# The one inline line of the NHS design system, which says that scripts run at all.
JS_ENABLED_HASH = "'sha256-tDOvXJi1PXbg0CWjLCCYSNHRXtps26K4JXkE3M6u/c0='"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, JS_ENABLED_HASH],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "object-src": [NONE],
    }
}

# --- Telling people --------------------------------------------------------------------------------
_smtp = urlsplit(ENV.text("EMAIL_URL", "smtp://127.0.0.1:25"))
EMAIL_HOST = _smtp.hostname or "127.0.0.1"
EMAIL_PORT = _smtp.port or 25
EMAIL_HOST_USER = _smtp.username or ""
EMAIL_HOST_PASSWORD = _smtp.password or ""
EMAIL_USE_TLS = _smtp.scheme == "smtp+tls"
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = SERVER_EMAIL = ENV.text("EMAIL_FROM", "continuity@portal.invalid")
# How long it is kept who got a message: a year with its reviews, and some weeks. 0 keeps it for good.
DELIVERIES_KEPT = timedelta(days=ENV.number("DELIVERIES_KEPT_DAYS", 400))
# Networks inside the trust that the portal may call, by http too; elsewhere only the public Internet, by https.
OUTBOUND_ALLOW = ENV.networks("OUTBOUND_ALLOW")
# Text messages, by GOV.UK Notify or a gateway that speaks as it does. Without a key and a template there are none.
SMS_API_KEY = ENV.text("SMS_API_KEY")
SMS_TEMPLATE_ID = ENV.text("SMS_TEMPLATE_ID")
SMS_URL = ENV.text("SMS_URL", "https://api.notifications.service.gov.uk").rstrip("/")

# --- Slowing down guesses --------------------------------------------------------------------------
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=1)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_CALLABLE = "continuity.accounts.views.slowed_down"
AXES_CLIENT_IP_CALLABLE = "continuity.accounts.networks.address_of"
AXES_DISABLE_ACCESS_LOG = True
AXES_VERBOSE = False

# --- Work in the background ------------------------------------------------------------------------
CELERY_BROKER_URL = BROKER_URL
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_PUBLISH_RETRY = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "socket_connect_timeout": 1,
    "socket_timeout": 3,
    "visibility_timeout": 600,
    # A nudge that finds no broker gives up at once instead of holding a page up for 6 seconds.
    "max_retries": 0,
}
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = "UTC"
# A task only looks at rows that are due: each entry is how late the portal may be when nobody nudges it.
CELERY_BEAT_SCHEDULE = {
    "seal the ledger": {"task": "continuity.core.tasks.seal_ledger", "schedule": 5.0},
    "say that messages go out": {"task": "continuity.notifications.tasks.say_it_works", "schedule": 30.0},
    "deliver what is waiting": {"task": "continuity.notifications.tasks.deliver_due", "schedule": 5.0},
    "remind of what is ahead": {"task": "continuity.notifications.tasks.remind_due", "schedule": 5.0},
    "start what is due": {"task": "releases.tasks.start_due", "schedule": 5.0},
    "chase approvals": {"task": "releases.tasks.chase_approvals", "schedule": 60.0},
    "forget log-ins": {"task": "continuity.accounts.tasks.forget_old", "schedule": 3600.0},
    "forget who was told": {"task": "continuity.notifications.tasks.forget_old", "schedule": 60.0},
    "close what is over": {"task": "incidents.tasks.close_due", "schedule": 60.0},
    "pass alarms on": {"task": "incidents.tasks.escalate_due", "schedule": 5.0},
    "propose reviews": {"task": "incidents.reviews.tasks.propose_due", "schedule": 60.0},
    "chase actions": {"task": "incidents.reviews.tasks.chase_actions", "schedule": 60.0},
    "notice silence": {"task": "continuity.monitors.tasks.flip_overdue", "schedule": 5.0},
}
