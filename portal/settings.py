"""All settings of the portal, read from the environment once, here and nowhere else.

`.env.example` lists every variable; a test compares the two.
"""

import re
from pathlib import Path
from typing import Any

import environ
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from portal import embedded, logs, replica_settings, secret_key
from portal.accounts.claims import groups_by_claim
from portal.accounts.fixed_settings import *  # noqa: F403 - Django and allauth look for them here
from portal.content_policy import CONTENT_SECURITY_POLICY as CONTENT_SECURITY_POLICY

BASE_DIR = Path(__file__).resolve().parent.parent

env = environ.Env()
environ.Env.read_env(BASE_DIR / ".env")


def _one_of(name: str, value: str, *choices: str) -> str:
    if value not in choices:
        raise ImproperlyConfigured(f"{name} is {value!r}; set it to one of {', '.join(choices)}.")
    return value


# Where everything lives in embedded mode: database, broker, uploaded files, logs.
PORTAL_DATA_DIR = Path(env.str("PORTAL_DATA_DIR", str(BASE_DIR / "var"))).expanduser().resolve()

DEBUG = env.bool("DEBUG", False)
EMBEDDED_DATABASE = not env.str("DATABASE_URL", "")
EMBEDDED_BROKER = not env.str("REDIS_URL", "")

SECRET_KEY = env.str("SECRET_KEY", "")
if not SECRET_KEY:
    if not EMBEDDED_DATABASE:
        raise ImproperlyConfigured(
            "SECRET_KEY is not set. Set it to a long random text; it is required together with DATABASE_URL."
        )
    SECRET_KEY = secret_key.kept_in(PORTAL_DATA_DIR)
# Earlier keys, whose signatures are still taken.
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])

# Health checks ask a machine by its own address, whatever people call it.
ALLOWED_HOSTS = [*env.list("ALLOWED_HOSTS", default=["localhost", "[::1]"]), "127.0.0.1"]
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django_htmx",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "documents",
    "search",
    "chat",
    "portal",
]

MIDDLEWARE = [
    "portal.middleware.noted",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "portal.middleware.user_language",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "portal.accounts.middleware.session_seen",
    "portal.accounts.middleware.SecondFactorAsked",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

ROOT_URLCONF = "portal.urls"
ASGI_APPLICATION = "portal.asgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "portal.context.shell",
                "portal.accounts.context.doors",
                "chat.context.conversation_days",
            ],
        },
    },
]

# ── Database: embedded unless DATABASE_URL names a server. The web server has a pool: portal/connection_pool.py.
DATABASES: dict[str, Any] = {
    "default": env.db_url_config(env.str("DATABASE_URL", "") or embedded.database_url(PORTAL_DATA_DIR))
}
DATABASES["default"].update({"CONN_MAX_AGE": 0, "ATOMIC_REQUESTS": False})
# Copies of that database which searches may be read from, and how many seconds one may be behind.
for _number, _url in enumerate(env.list("DATABASE_REPLICA_URL", default=[]), start=1):
    DATABASES[f"replica-{_number}"] = replica_settings.configured(env.db_url_config(_url))
REPLICA_MAX_LAG_S = env.float("REPLICA_MAX_LAG_S", 5.0)
DATABASE_ROUTERS = ["portal.replicas.Router"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# ── Sign-in; what does not depend on the environment is in `portal.accounts.fixed_settings`.
AUTH_USER_MODEL = "portal.User"
REQUIRE_SECOND_FACTOR = _one_of(
    "REQUIRE_SECOND_FACTOR", env.str("REQUIRE_SECOND_FACTOR", "none"), "none", "staff", "everybody"
)

# Single sign-on with OpenID Connect, once it has an issuer.
OIDC_ISSUER = env.str("OIDC_ISSUER", "").rstrip("/")
OIDC_CLIENT_ID = env.str("OIDC_CLIENT_ID", "")
OIDC_CLIENT_SECRET = env.str("OIDC_CLIENT_SECRET", "")
if OIDC_ISSUER and not (OIDC_CLIENT_ID and OIDC_CLIENT_SECRET):
    raise ImproperlyConfigured("OIDC_ISSUER is set, so OIDC_CLIENT_ID and OIDC_CLIENT_SECRET have to be set too.")
OIDC_NAME = env.str("OIDC_NAME", "OpenID Connect")
OIDC_SCOPES = env.str("OIDC_SCOPES", "openid profile email").split()
OIDC_GROUPS_CLAIM = env.str("OIDC_GROUPS_CLAIM", "groups")
OIDC_GROUPS = groups_by_claim(env.str("OIDC_GROUPS", ""))
OIDC_STAFF_GROUP = env.str("OIDC_STAFF_GROUP", "")
OIDC_ADDS_PEOPLE = env.bool("OIDC_ADDS_PEOPLE", False)

# Without a mail server nobody can reset their password by mail, or change their own address.
SENDS_MAIL = bool(env.str("EMAIL_URL", ""))
vars().update(env.email_url_config(env.str("EMAIL_URL", "") or "dummymail://"))
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = env.str("EMAIL_FROM", "portal@localhost")

# True behind a proxy that speaks HTTPS: secure cookies, redirect, HSTS.
HTTPS = env.bool("HTTPS", False)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = HTTPS
if HTTPS:
    # Browsers take such cookies from this very host alone, and over HTTPS alone.
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-sessionid", "__Host-csrftoken"
# Asked by machines, often past the proxy.
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^metrics$"]
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
X_FRAME_OPTIONS = "DENY"

# ── Languages
LANGUAGE_CODE = env.str("PORTAL_LANGUAGE", "ko")
LANGUAGES = [("ko", _("Korean")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = "portal.formats"
TIME_ZONE = env.str("TIME_ZONE", "Asia/Seoul")
USE_I18N = True
USE_TZ = True

# ── Files
STATIC_URL = "static/"
STATIC_ROOT = PORTAL_DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_ROOT = PORTAL_DATA_DIR / "media"
PICTURE_CACHE_DIR = PORTAL_DATA_DIR / "cache" / "pages"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "portal.static_files.ModuleManifestStorage"},
}
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_TEMP_DIR = str(PORTAL_DATA_DIR / "tmp")
Path(FILE_UPLOAD_TEMP_DIR).mkdir(parents=True, exist_ok=True, mode=0o700)

# Largest file that is accepted, in bytes; a request with a larger body is cut off while it streams in.
UPLOAD_MAX_BYTES = env.int("UPLOAD_MAX_BYTES", 100 * 1024 * 1024)
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_621_440

# ── Workers: the job rows in PostgreSQL are the truth, messages are hints.
REDIS_URL = env.str("REDIS_URL", "") or embedded.redis_url(PORTAL_DATA_DIR)
CELERY_BROKER_URL = env.str("REDIS_URL", "") or embedded.broker_url(PORTAL_DATA_DIR)
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = False
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 3600,
    "unacked_restore_throttle": 1,
    "socket_timeout": 10,
    "socket_connect_timeout": 3,
    "health_check_interval": 25,
    "max_retries": 2,
    "interval_start": 0.1,
    "interval_max": 0.5,
}
CELERY_TASK_PUBLISH_RETRY_POLICY = {"max_retries": 2, "interval_start": 0.1, "interval_max": 0.5}
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
# In line behind hundreds of documents, upkeep would come too late to free those that a lost worker held.
CELERY_TASK_ROUTES = {
    "documents.tasks.reconcile_jobs": {"queue": "upkeep"},
    "documents.tasks.complete_releases": {"queue": "upkeep"},
    "documents.tasks.foretell_release": {"queue": "upkeep"},
    "search.tasks.*": {"queue": "upkeep"},
}
CELERY_BEAT_SCHEDULE = {
    "reconcile jobs": {"task": "documents.tasks.reconcile_jobs", "schedule": 30.0},
    "calibrate generations": {"task": "search.tasks.calibrate_generations", "schedule": 60.0},
    "run evaluations": {"task": "search.tasks.run_evaluations", "schedule": 30.0},
    "forget old audit events": {"task": "portal.tasks.forget_audit_events", "schedule": 24 * 3600.0},
    "forget ended sessions": {"task": "portal.tasks.forget_sessions", "schedule": 24 * 3600.0},
    "renew suggestions": {"task": "search.tasks.renew_suggestions", "schedule": 30.0},
    "follow versions": {"task": "search.tasks.follow_versions", "schedule": 60.0},
}

# ── Index
# Threads of one worker or web process for the embedding model; more than the cores make it slower.
EMBEDDING_THREADS = env.int("EMBEDDING_THREADS", 2)
# What computes the vectors: torch, or with the extra of that name installed onnx or openvino.
EMBEDDING_BACKEND = _one_of("EMBEDDING_BACKEND", env.str("EMBEDDING_BACKEND", "torch"), "torch", "onnx", "openvino")

# Where the folders of embedding models lie that are named without a path.
MODELS_DIR = Path(env.str("MODELS_DIR", str(PORTAL_DATA_DIR / "models"))).expanduser().resolve()
# Keys of embedding services, by the names that rows of the catalogue may have for them.
MODEL_KEYS = {name: key for name, key in env.ENVIRON.items() if re.fullmatch(r"[A-Z][A-Z0-9_]*_API_KEY", name)}

# ── Reranker: a folder with a cross-encoder that reads the best passages once more, for so many milliseconds at most.
RERANKER_MODEL = env.str("RERANKER_MODEL", "")
RERANKER_BUDGET_MS = env.int("RERANKER_BUDGET_MS", 300)

# ── Support check: a folder with a cross-encoder for natural language inference that judges cited sentences, for so
# many milliseconds a sentence at most.
SUPPORT_MODEL = env.str("SUPPORT_MODEL", "")
SUPPORT_BUDGET_MS = env.int("SUPPORT_BUDGET_MS", 1000)

# ── Search: no statement runs longer than this, in seconds.
SEARCH_TIMEOUT_S = env.float("SEARCH_TIMEOUT_S", 10.0)

# ── Language model: none configured means that answers are quoted from the documents.
LLM_BASE_URL = env.str("LLM_BASE_URL", "")
LLM_API_KEY = env.str("LLM_API_KEY", "")
LLM_MODEL = env.str("LLM_MODEL", "")
# What it can read at once, answer included, and how much of that the answer may take.
LLM_CONTEXT_TOKENS = env.int("LLM_CONTEXT_TOKENS", 8192)
LLM_MAX_TOKENS = env.int("LLM_MAX_TOKENS", 1024)
# Longest silence before and between its words, in seconds.
LLM_TIMEOUT_S = env.float("LLM_TIMEOUT_S", 60.0)
# Of a million tokens read and written, for what answers cost; in any currency.
LLM_INPUT_PRICE = env.float("LLM_INPUT_PRICE", 0.0)
LLM_OUTPUT_PRICE = env.float("LLM_OUTPUT_PRICE", 0.0)
# Answers that one web process streams at once; further ones wait in the browser.
MAX_STREAMS = env.int("MAX_STREAMS", 600)

# ── Programs: requests that one access token may make in a minute, in each web process.
API_REQUESTS_PER_MINUTE = env.int("API_REQUESTS_PER_MINUTE", 120)

# ── Who did what, kept for so many days; 0 for ever. The database keeps a week in any case.
AUDIT_DAYS = env.int("AUDIT_DAYS", 730)
if 0 < AUDIT_DAYS < 7:
    raise ImproperlyConfigured(f"AUDIT_DAYS is {AUDIT_DAYS}; set it to 7 or more, or to 0 to keep the record for ever.")

# line for people, json for what gathers logs. No text of documents or questions is logged.
LOG_FORMAT = _one_of("LOG_FORMAT", env.str("LOG_FORMAT", "line"), "line", "json")
# What Prometheus shows to be let in to /metrics; without it there is no such page.
METRICS_TOKEN = env.str("METRICS_TOKEN", "")

# Names that workers and clock know too.
LOG_LEVEL = _one_of("LOG_LEVEL", env.str("LOG_LEVEL", "INFO"), "DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
LOGGING = logs.configured(LOG_FORMAT, LOG_LEVEL)
# A bar that grows while a model is loaded is no line of a log.
env.ENVIRON.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")
