"""By which doors people come in, for the pages that show them."""

from functools import partial

from django.conf import settings
from django.http import HttpRequest

from portal.accounts import second_factor


def doors(request: HttpRequest) -> dict[str, object]:
    return {
        "single_sign_on": settings.OIDC_NAME if settings.OIDC_ISSUER else "",
        "sends_mail": settings.SENDS_MAIL,
        # Asked for only by the page that shows it.
        "owes_second_factor": partial(second_factor.is_missing, request),
    }
