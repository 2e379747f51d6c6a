"""Settings of signing in that do not depend on the environment; `portal.settings` takes all of them over."""

AUTHENTICATION_BACKENDS = ["portal.accounts.backend.NameOrAddress"]
# scrypt takes memory too, which graphics cards have little of for each guess. Others are replaced at the next sign-in.
PASSWORD_HASHERS = [f"django.contrib.auth.hashers.{name}" for name in ("ScryptPasswordHasher", "PBKDF2PasswordHasher")]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "MinimumLengthValidator", "CommonPasswordValidator")
]
LOGIN_URL = "sign_in"
LOGIN_REDIRECT_URL = "chat:ask"
LOGOUT_REDIRECT_URL = "sign_in"
# So long after the sign-in a session ends, whatever happened in it.
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"

# Counters of wrong passwords lie where the passwords lie: they hold for all processes, and need nothing that sign-in
# does not need anyhow. What is quicker to make again than to fetch stays with its process.
CACHES: dict[str, dict[str, object]] = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "portal_attempts",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    },
    "process": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
}

ACCOUNT_ADAPTER = "portal.accounts.adapter.Accounts"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
# Nobody signs up; the fields tell allauth that people have names and passwords.
ACCOUNT_SIGNUP_FIELDS = ["username*", "email", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
# One address for each person; a new one takes its place once somebody followed the link that was sent there.
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_SESSION_REMEMBER = True
# Before somebody changes what lets them in, they show once more who they are.
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_RATE_LIMITS = {
    # Five wrong passwords or codes for one name in five minutes. A whole company may come from one address.
    "login_failed": "60/m/ip,5/5m/key",
    "login": "120/m/ip",
    "single_sign_on": "120/m/ip",
    "reset_password": "20/m/ip,3/h/key",
}
ACCOUNT_FORMS = {
    "login": "portal.accounts.forms.SignInForm",
    "change_password": "portal.accounts.forms.OwnPasswordForm",
    "reset_password": "portal.accounts.forms.ForgottenPasswordForm",
    "reset_password_from_key": "portal.accounts.forms.PasswordByMailForm",
    "reauthenticate": "portal.accounts.forms.PasswordAgainForm",
    "add_email": "portal.accounts.forms.AddressForm",
}

MFA_ADAPTER = "portal.accounts.adapter.SecondFactors"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Knowledge Portal"
# A code may be typed until 30 seconds after the app has moved on, and clocks may differ by as much.
MFA_TOTP_TOLERANCE = 1
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_FORMS = {
    "authenticate": "portal.accounts.forms.CodeForm",
    "reauthenticate": "portal.accounts.forms.CodeAgainForm",
    "activate_totp": "portal.accounts.forms.FirstCodeForm",
}

SOCIALACCOUNT_ADAPTER = "portal.accounts.single_sign_on.SingleSignOn"
SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"provider_class": "portal.accounts.single_sign_on.Company"}}
SOCIALACCOUNT_EMAIL_VERIFICATION = "none"
# An address that both sides have verified joins an account that is there already.
SOCIALACCOUNT_EMAIL_AUTHENTICATION = True
SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = True
SOCIALACCOUNT_REQUESTS_TIMEOUT = 5
