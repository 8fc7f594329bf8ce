"""Production. settings_dev.py and settings_test.py only loosen what is written here."""

from pathlib import Path

from csp.constants import NONCE, NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from motcua.config import env, refusals, sms_providers, web_threads
from motcua.kernel.sealing import Keyring
from motcua.keys import secret_key

PACKAGE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = Path(env.text("VAR_DIR"))

DEBUG = False
ALLOWED_HOSTS = env.text("ALLOWED_HOSTS").split(",")
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS]
PUBLIC_URL = env.text("PUBLIC_URL")
KEYS_DIR = Path(env.text("KEYS_DIR"))
KEYRING = Keyring.from_directory(KEYS_DIR)
# The one of the surroundings, until `motcua keys rotate secret` put another beside the other keys.
SECRET_KEY_GIVEN = env.secret("SECRET_KEY")
SECRET_KEY, SECRET_KEY_FALLBACKS = secret_key.read(KEYS_DIR, SECRET_KEY_GIVEN)

# A page's statement that takes longer than anybody waits is ended by the server. The worker's may take their time.
# (A commit that waits for the standby is not ended by it: what PostgreSQL acknowledges is on both machines.)
STATEMENT_SECONDS = env.number("STATEMENT_SECONDS", 50) if env.text("MOTCUA_ROLE", "-") == "web" else None
DATABASES = {"default": env.database(env.secret("DATABASE_URL"), statement_seconds=STATEMENT_SECONDS)}
# Requests of one process that may wait for one neighbour; who serves no requests waits for as many as the line takes.
WAITING_AT_ONCE = (
    web_threads.may_wait() if env.text("MOTCUA_ROLE", "-") == "web" else web_threads.MOST_THREADS
)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Officers never sign in with a password alone; only the demonstration does without (SPEC 14).
OFFICER_SECOND_FACTOR = env.needed("OFFICER_SECOND_FACTOR")

# Which of the two systems this installation hosts: the portal's accounts and vaults, a province's desk, or both.
SYSTEMS = env.some_of("SYSTEMS", "portal", "desk")
HOSTS_PORTAL = "portal" in SYSTEMS
HOSTS_DESK = "desk" in SYSTEMS

# An installation for training lives apart: own database, keys and files, and only simulators around it (ADR 0025).
TRAINING = env.flag("TRAINING", default=False)
if TRAINING and not env.loosened:
    raise ImproperlyConfigured("TRAINING chỉ được bật bằng lệnh motcua run-training.")
# Where it is, for the menus and guides of a real installation.
TRAINING_URL = env.maybe("TRAINING_URL")

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.staticfiles",
    "django_htmx",
    "motcua.keys",
    "motcua.limits",
    "motcua.outbox",
    "motcua.journal",
    "motcua.files",
    "motcua.units",
    *(["motcua.accounts", "motcua.vault"] if HOSTS_PORTAL else []),
    "motcua.signin",  # at a desk apart without the tables that point to accounts (ADR 0042)
    *(["motcua.guests", "motcua.desk"] if HOSTS_DESK else []),
    "motcua.figures",
    "motcua.protection",
    "motcua.radar",
    *(["motcua.training"] if HOSTS_PORTAL and HOSTS_DESK else []),
    "motcua.health",
    "motcua.web",
    "motcua.ops",
]

MIDDLEWARE = [
    "motcua.ops.request_log.RequestLogMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "motcua.web.headers.HeadersMiddleware",
    # Programs are answered here; what follows is for people and their browsers.
    *([] if TRAINING else ["motcua.api.door.ApiDoorMiddleware"]),
    "csp.middleware.CSPMiddleware",
    "django.middleware.common.CommonMiddleware",
    "motcua.web.input_check.InputCheckMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "motcua.web.visitors.VisitorMiddleware",
    "motcua.web.refusals.RefusalMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

ROOT_URLCONF = "motcua.config.urls"
WSGI_APPLICATION = "motcua.config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [PACKAGE_DIR / "web" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "csp.context_processors.nonce",
                "motcua.web.context.page",
            ],
        },
    }
]
FORM_RENDERER = "motcua.web.rendering.Renderer"

LANGUAGE_CODE = "vi"
TIME_ZONE = "Asia/Ho_Chi_Minh"
USE_I18N = True
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
FILES_DIR = VAR_DIR / "files"
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500
FILE_UPLOAD_HANDLERS = ["motcua.web.uploading.CountedUploadHandler"]

PASSWORD_HASHERS = ["motcua.accounts.hashing.CitizenArgon2"]

SECURE_SSL_REDIRECT = env.flag("SECURE_SSL_REDIRECT", default=True)
# Asked for by machines on the inner network, without TLS.
# A program that calls without TLS has shown its token already: it is refused, not led on (api/door.py).
SECURE_REDIRECT_EXEMPT = [r"\A(healthz|readyz|metrics)\Z", r"\Aapi/"]
SECURE_HSTS_SECONDS = 31_536_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
COOKIE_SECURE = True
COOKIE_PREFIX = "__Host-"
CSRF_COOKIE_SECURE = True
CSRF_COOKIE_HTTPONLY = True
# Installations on one host tell their cookies apart; ports do not.
COOKIE_SUFFIX = "-tap-huan" if TRAINING else "" if HOSTS_PORTAL else "-mot-cua"
CSRF_COOKIE_NAME = f"__Host-csrf{COOKIE_SUFFIX}"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "motcua.web.refusals.csrf_refused"
SILENCED_SYSTEM_CHECKS: list[str] = []

# Where the other system is, when it is not here ("-": nowhere that we know of).
PORTAL_URL = PUBLIC_URL if HOSTS_PORTAL else env.text("PORTAL_URL").rstrip("/")
DESK_URL = PUBLIC_URL if HOSTS_DESK else env.text("DESK_URL", "-").strip("-").rstrip("/")

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "worker-src": [SELF],
        "manifest-src": [SELF],
        # A button may lead to the other system where that is elsewhere: browsers follow the policy there too.
        "form-action": [SELF, *sorted({PORTAL_URL, DESK_URL} - {PUBLIC_URL, ""})],
        "base-uri": [NONE],
        "object-src": [NONE],
        "frame-ancestors": [NONE],
    }
}

# The outside. Each value is a dotted path of a class in motcua.gateways, and where it connects.
# Texts: SMS_GATEWAY, SMS_URL and SMS_SECRET for one provider, or SMS_PROVIDERS, a file, for several (ADR 0015).
SMS_PROVIDERS = sms_providers.read()
SMS_LINES = "motcua.gateways.sms_lines.configured"
SMS_NEWS_READER = "motcua.gateways.sms_lines.news_reader"
SMS_SENDERS = env.at_least("SMS_SENDERS", 1) if env.has("SMS_SENDERS") else 2  # threads of the worker
# Notices are not texted at night; codes and alarms are (outbox/quiet_hours.py).
SMS_QUIET_HOURS = env.text("SMS_QUIET_HOURS", "22:00-07:00")
# Letters; MAIL_HOST "-" means that nobody is offered e-mail. MAIL_TLS: starttls, tls, or none on this machine.
EMAIL_GATEWAY = env.text("EMAIL_GATEWAY", "motcua.gateways.email_smtp.SmtpMail")
MAIL_HOST = env.text("MAIL_HOST", "-").strip("-")
MAIL_PORT = int(env.text("MAIL_PORT", "587"))
MAIL_TLS = env.text("MAIL_TLS", "starttls")
MAIL_USER = env.text("MAIL_USER", "-").strip("-")
MAIL_PASSWORD = env.secret("MAIL_PASSWORD") if MAIL_USER else ""
MAIL_FROM = env.text("MAIL_FROM") if MAIL_HOST else "-"
MAIL_FROM_NAME = env.text("MAIL_FROM_NAME", "Cổng Dịch vụ công")
MAIL_TRUST: str | None = (
    env.text("MAIL_TRUST", "-").strip("-") or None
)  # authorities; the machine's own if none
SUBSCRIBER_REGISTRY = env.text("SUBSCRIBER_REGISTRY", "motcua.gateways.operators_http.HttpOperators")
OPERATORS_URL = env.text("OPERATORS_URL")
OPERATORS_SECRET = env.secret("OPERATORS_SECRET")
_PORTAL = (
    "portal_local.LocalPortal",
    "vault_local.LocalVault",
    "portal_ledger.LocalLedger",
    "portal_merges.LocalMerges",
)
_PORTAL_ELSEWHERE = (
    "portal_http.HttpPortal",
    "vault_http.HttpVault",
    "ledger_http.HttpLedger",
    "merges_http.HttpMerges",
)
_ACCOUNTS, _VAULT, _LEDGER, _MERGES = _PORTAL if HOSTS_PORTAL else _PORTAL_ELSEWHERE
_ACCOUNTS = "training_portal.TrainingPortal" if TRAINING else _ACCOUNTS
TRAINING_PHONES = "motcua.gateways.training_phones.SimulatedPhones"
PROCEDURE_CATALOGUE = (
    "motcua.gateways.procedures_local.DeskProcedures"
    if HOSTS_DESK
    else "motcua.gateways.procedures_elsewhere.ProceduresElsewhere"
)
ACCOUNT_REGISTRY = env.text("ACCOUNT_REGISTRY", f"motcua.gateways.{_ACCOUNTS}")
OWNERS_VAULT = env.text("OWNERS_VAULT", f"motcua.gateways.{_VAULT}")
PORTAL_LEDGER = env.text("PORTAL_LEDGER", f"motcua.gateways.{_LEDGER}")
# Where officers of a desk apart prove their second factor; where accounts are here, nobody else is asked.
PORTAL_STANDING = "motcua.gateways.standing_http.HttpStanding"
# A desk's officer who has to see an owner's whole number or phone asks whoever keeps the accounts.
OWNER_REVEALS = (
    f"motcua.gateways.{'reveals_local.LocalReveals' if HOSTS_PORTAL else 'reveals_http.HttpReveals'}"
)
OFFICER_RESETS = "motcua.gateways.officer_resets_http.HttpOfficerResets"
MERGED_OWNERS = env.text("MERGED_OWNERS", f"motcua.gateways.{_MERGES}")
ANTIVIRUS = env.text("ANTIVIRUS", "motcua.gateways.antivirus_clamd.Clamd")
ANTIVIRUS_ADDRESS = env.text("ANTIVIRUS_ADDRESS", "127.0.0.1:3310")
# The leaders' signatures on results (ADR 0010): keys by subject, their password, the authorities believed.
RESULT_SIGNER = env.text("RESULT_SIGNER", "motcua.gateways.signing_pkcs12.Pkcs12Signer")
SIGNING_KEYS_DIR = Path(env.text("SIGNING_KEYS_DIR"))
SIGNING_PASSWORD = env.secret("SIGNING_PASSWORD")
SIGNING_TRUST = Path(env.text("SIGNING_TRUST"))
SIGNING_MODULE: str | None = env.text("SIGNING_MODULE", "-").strip("-") or None  # PKCS#11 only
SIGNING_TOKEN: str | None = env.text("SIGNING_TOKEN", "-").strip("-") or None  # the label of the device
# Where the citizen pays on-line; both secrets are shared with the payment system, one for each direction.
PAYMENT_GATEWAY = env.text("PAYMENT_GATEWAY", "motcua.gateways.payment_http.HttpPayments")
PAYMENT_URL = env.text("PAYMENT_URL")
PAYMENT_SECRET = env.secret("PAYMENT_SECRET")
PAYMENT_CALLBACK_SECRET = env.secret("PAYMENT_CALLBACK_SECRET")
# Whom the worker asks, now and then, whether they are there.
NEIGHBOURS = "motcua.gateways.knocking.knocks"
# How other systems hear that a session is over (OpenID Connect back-channel logout).
LOGOUT_LINE = env.text("LOGOUT_LINE", "motcua.gateways.logout_calls.HttpLogoutCalls")

# Cổng DVCQG through NDXP/LGSP (docs/dvcqg.md). Without DVCQG_URL nothing of it starts.
DVCQG_URL = env.maybe("DVCQG_URL")
DVCQG_LOGIN_URL = env.text("DVCQG_LOGIN_URL") if DVCQG_URL else "-"
DVCQG_DSTCODE = env.text("DVCQG_DSTCODE") if DVCQG_URL else "-"
DVCQG_UNIT = env.text("DVCQG_UNIT") if DVCQG_URL else "-"
DVCQG_USER = env.text("DVCQG_USER") if DVCQG_URL else "-"
DVCQG_PASSWORD = env.secret("DVCQG_PASSWORD") if DVCQG_URL else "-"
DVCQG_SESSION_LAPSED = env.text("DVCQG_SESSION_LAPSED", "401").split(
    ","
)  # error codes that mean: log in again
DVCQG_ACCOUNTS_URL = env.maybe("DVCQG_ACCOUNTS_URL")
DVCQG_ACCOUNTS_DSTCODE = env.maybe("DVCQG_ACCOUNTS_DSTCODE")
DVCQG_STORE_URL = env.maybe("DVCQG_STORE_URL")
DVCQG_STORE_DSTCODE = env.maybe("DVCQG_STORE_DSTCODE")
DVCQG_STORE_ASKER = env.maybe("DVCQG_STORE_ASKER")  # whose number stands in each question to the store
DVCQG_STORE_TYPES = env.maybe("DVCQG_STORE_TYPES")  # a JSON file: our type of paper → MaKetQua
# VNeID, which signs people in beside or instead of passwords (docs/dvcqg.md). Only where the portal is at home.
VNEID_ISSUER = None if TRAINING or not HOSTS_PORTAL else env.maybe("VNEID_ISSUER")
VNEID_CLIENT_ID = env.text("VNEID_CLIENT_ID") if VNEID_ISSUER else "-"
VNEID_CLIENT_KEY = env.maybe("VNEID_CLIENT_KEY")  # a file, for private_key_jwt; else the secret proves us
VNEID_CLIENT_SECRET = env.secret("VNEID_CLIENT_SECRET") if VNEID_ISSUER and not VNEID_CLIENT_KEY else ""
VNEID_ALGORITHM = env.text("VNEID_ALGORITHM", "RS256")
VNEID_TRUST: str | None = env.maybe("VNEID_TRUST")  # a file of authorities; the machine's own without it
VNEID_SIGN_IN = "motcua.gateways.vneid.entrance"
NATIONAL_REGISTER = env.text("NATIONAL_REGISTER", "motcua.gateways.dvcqg_dossiers.DvcqgDossiers")
NATIONAL_SYNC = env.flag("NATIONAL_SYNC", default=False)

DESK_ID = env.text("DESK_ID", "binh-dinh" if HOSTS_DESK else "cong-quoc-gia")
DESK_NAME = env.text("DESK_NAME", "tỉnh Bình Định")
# A receipt of the training world names an issuer that no real desk believes.
PORTAL_ISSUER = f"{PORTAL_URL}/tap-huan/" if TRAINING else env.text("PORTAL_ISSUER", PORTAL_URL)
# Who this desk is to a portal that is elsewhere, the key it proves it with, and whose certificates are believed.
PORTAL_CLIENT_ID = env.text("PORTAL_CLIENT_ID", DESK_ID)
PORTAL_CLIENT_KEY = Path(env.text("PORTAL_CLIENT_KEY", str(KEYS_DIR / "client.pem")))
PORTAL_TRUST: str | None = env.text("PORTAL_TRUST", "-").strip("-") or None
PORTAL_SIGN_IN = "motcua.gateways.portal_entrance.entrance"
_KEYS_ELSEWHERE = (
    "dvcqg_receipts.OwnKeys"
    if ACCOUNT_REGISTRY.endswith(".DvcqgAccounts")
    else "portal_keys_http.HttpPortalKeys"
)
PORTAL_KEYS = f"motcua.gateways.{'portal_keys_local.LocalPortalKeys' if HOSTS_PORTAL else _KEYS_ELSEWHERE}"
# The portal's public keys, fetched by the worker of a desk whose portal is elsewhere.
PORTAL_KEYS_FILE = Path(env.text("PORTAL_KEYS_FILE", str(VAR_DIR / "portal-keys.json")))
OUTSIDE_IS_SHUT = "motcua.ops.holding.outside_is_shut"
SESSIONS = "motcua.accounts.sessions" if HOSTS_PORTAL else "motcua.guests.sessions"
# Numbers confirmed longer ago are asked about again, some each minute (threats T-11).
PHONES_RECHECKED_AFTER_DAYS = env.at_least("PHONES_RECHECKED_AFTER_DAYS", 30)
PROOF_OF_WORK_COST = int(env.text("PROOF_OF_WORK_COST", "50000"))
HASHES_AT_ONCE = int(env.text("HASHES_AT_ONCE", "2"))

# From this day a unit receives only checked owners, unless the unit has its own day (dispatch: 20/7/2022).
GATE_BINDS_FROM = "2022-07-20"
CMND_NEW_ACCOUNT_UNTIL: str | None = env.text("CMND_NEW_ACCOUNT_UNTIL", "-").strip("-") or None

# A post that no administrator confirmed for so long is listed a month before and then lapses.
POSTS_CONFIRMED_EVERY_MONTHS = int(env.text("POSTS_CONFIRMED_EVERY_MONTHS", "12"))

# What is ordinary work, and from where on a head is asked to look (radar/thresholds.py says each in words).
RADAR = {
    name: env.number(f"RADAR_{name}", usual)
    for name, usual in {
        "SAME_PHONE": 2,
        "BACK_DAYS": 90,
        "CODE_SECONDS": 8,
        "CODE_TIMES": 3,
        "BURST": 10,
        "BURST_MINUTES": 30,
        "AFTER_HOURS": 3,
        "AFTER_MINUTES": 60,
        "PAPER_DAYS": 2,
        "LOOKS": 20,
        "LOOKS_EACH": 4,
        "TAKE_OVERS": 6,
    }.items()
}

# Files outside the database that remember each seal, kept by different hands; none given: two under VAR_DIR.
ASK_TO_READ = env.flag("ASK_TO_READ", True)  # texts that changed are shown at the next sign-in (DP-02)
ERASURE_LEDGERS = [path for path in env.text("ERASURE_LEDGERS", ",").split(",") if path]
JOURNAL_WITNESSES = [path for path in env.text("JOURNAL_WITNESSES", ",").split(",") if path]

# How long is kept what names somebody (docs/data-protection.md). The database's rules hold the same least.
LOOKS_KEPT_MONTHS = env.at_least("LOOKS_KEPT_MONTHS", 24)  # Luật BVDLCN 91/2025; DP-08
OWNER_NEWS_KEPT_MONTHS = env.at_least("OWNER_NEWS_KEPT_MONTHS", 24)  # longer than any errand is tried again
LOOK_UPS_KEPT_MONTHS = env.at_least("LOOK_UPS_KEPT_MONTHS", 24)  # Luật BVDLCN 91/2025; DP-08
SIGN_INS_KEPT_MONTHS = env.at_least("SIGN_INS_KEPT_MONTHS", 24)  # DP-08
CHECKS_KEPT_MONTHS = env.at_least("CHECKS_KEPT_MONTHS", 24)  # DP-11
DOSSIERS_KEPT_YEARS = env.at_least("DOSSIERS_KEPT_YEARS", 10)  # TT 13/2023/TT-BNV
KNOWN_DEVICES_KEPT_MONTHS = env.at_least("KNOWN_DEVICES_KEPT_MONTHS", 12)  # as long as their cookie
NOTICES_KEPT_DAYS = env.at_least(
    "NOTICES_KEPT_DAYS", 90
)  # as long as one may complain of it (Luật Khiếu nại)
HANDOVERS_KEPT_MONTHS = env.at_least("HANDOVERS_KEPT_MONTHS", 24)  # nobody's data: what texts cost whom
ERRANDS_KEPT_DAYS = env.at_least("ERRANDS_KEPT_DAYS", 30)  # nobody's data: ids only
DEAD_ERRANDS_KEPT_DAYS = env.at_least("DEAD_ERRANDS_KEPT_DAYS", 365)  # until somebody looked at them

METRICS_TOKEN = env.secret("METRICS_TOKEN")
TRUSTED_PROXIES = int(env.text("TRUSTED_PROXIES", "1"))
# The proxy says whether the visitor came by TLS; without a proxy nobody is believed.
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXIES else None
SIMULATORS_URL: str | None = None

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"masked": {"()": "motcua.ops.logs.MaskedFilter"}},
    "formatters": {"json": {"()": "motcua.ops.logs.JsonFormatter"}},
    "handlers": {
        "stderr": {"class": "logging.StreamHandler", "formatter": "json", "filters": ["masked"]},
    },
    "root": {"handlers": ["stderr"], "level": "INFO"},
    "loggers": {
        "django.request": {"level": "ERROR"},
        "httpx": {"level": "WARNING"},
        # They quote the names on certificates; what is wrong with a signature is said on the page.
        "fido2": {"level": "WARNING"},  # it would write the ids of keys
        "pyhanko": {"level": "CRITICAL"},
        "pyhanko_certvalidator": {"level": "CRITICAL"},
    },
}

if not env.loosened:
    refusals.refuse_demonstration_values(globals())
