"""E-mail addresses of people. One that an administrator enters counts as verified: they answer for whose it is.

An address leads to an account (by mail, or through single sign-on) only once it is verified.
"""

from allauth.account.models import EmailAddress
from django.db import transaction

from portal.models import User


def is_taken(email: str, person: User) -> bool:
    """Whether it is the address of somebody else; what others have typed but not verified does not count."""
    others = User.objects.filter(email__iexact=email).exclude(pk=person.pk)
    return (
        others.exists()
        or EmailAddress.objects.filter(email=email.lower(), verified=True).exclude(user_id=person.pk).exists()
    )


@transaction.atomic
def enter(person: User, email: str) -> None:
    """Make this the only address of the person, or none of them if it is empty."""
    email = email.lower()
    EmailAddress.objects.filter(user=person).exclude(email=email).delete()
    EmailAddress.objects.filter(email=email, verified=False).exclude(user=person).delete()
    if email:
        EmailAddress.objects.update_or_create(user=person, email=email, defaults={"verified": True, "primary": True})
    if person.email != email:
        person.email = email
        person.save(update_fields=["email"])
