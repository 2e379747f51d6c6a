"""A forgotten password, and a new address: by mail where there is a mail server, by the administrator elsewhere."""

import re
import time

import pytest
from django.contrib.auth import authenticate
from django.urls import reverse

from documents.audit import Event
from portal.accounts import addresses, mailing
from portal.models import AuditEvent
from tests.factories import make_user

pytestmark = pytest.mark.django_db
ADDRESS = "ann@example.com"
NEW = "a long new password"


@pytest.fixture
def ann(settings):
    settings.SENDS_MAIL = True
    ann = make_user("ann", language="en")
    addresses.enter(ann, ADDRESS)
    return ann


def ask(client, email=ADDRESS):
    return client.post(reverse("account_reset_password"), {"email": email})


def mail(outbox, count=1):
    """What was sent beside the answers, once it is there."""
    until = time.monotonic() + 5
    while len(outbox) < count and time.monotonic() < until:
        time.sleep(0.01)
    assert len(outbox) == count
    return outbox[-1]


def link_in(message):
    return re.search(r"http://testserver(/\S+)", message.body)[1]


def choose(client, link, password=NEW):
    form = client.get(link, follow=True)
    return client.post(form.context["action_url"], {"password1": password, "password2": password})


def test_link_in_the_mail_leads_to_a_new_password_once(client, ann, mailoutbox):
    assert ask(client).url == reverse("account_reset_password_done")
    message = mail(mailoutbox)
    assert message.to == [ADDRESS]
    link = link_in(message)

    choose(client, link)

    assert authenticate(username="ann", password=NEW)
    assert AuditEvent.objects.filter(event=Event.PASSWORD_RESET, person=ann.pk).exists()
    assert "does not work any more" in client.get(link, follow=True).content.decode()


def test_unknown_address_gets_the_same_page_and_no_mail(client, ann, mailoutbox):
    known, unknown = ask(client), ask(client, "nobody@example.com")

    assert (known.status_code, known.url) == (unknown.status_code, unknown.url)
    mail(mailoutbox)


def test_nobody_is_flooded_with_mails(client, ann, mailoutbox):
    answers = [ask(client).status_code for _attempt in range(4)]

    assert answers == [302, 302, 302, 429]
    mail(mailoutbox, 3)


def test_weak_password_is_refused_by_mail_too(client, ann, mailoutbox):
    ask(client)

    assert choose(client, link_in(mail(mailoutbox)), "ann").context["form"].errors


def test_mail_speaks_the_language_of_the_person(client, ann, mailoutbox):
    ann.language = "ko"
    ann.save()

    ask(client)

    assert "Somebody, probably you" not in mail(mailoutbox).body


def test_whoever_comes_by_single_sign_on_alone_gets_no_second_way_in(client, ann, mailoutbox):
    ann.set_unusable_password()
    ann.save()

    ask(client)

    time.sleep(0.1)
    assert mailoutbox == []


def test_mail_server_that_is_away_stops_nobody(caplog):
    class Lost:
        def send(self):
            raise ConnectionRefusedError

    mailing.post(Lost()).join()

    assert "could not be sent" in caplog.text


def test_without_a_mail_server_the_page_names_the_administrator(client):
    page = client.get(reverse("account_reset_password")).content.decode()

    assert "Ask your administrator" in page
    assert "<form" not in page.split("<main")[1].split("</main>")[0]


def test_new_address_counts_once_its_owner_says_so(client, ann, mailoutbox):
    client.post(reverse("sign_in"), {"login": "ann", "password": "correct horse"})

    client.post(reverse("account_email"), {"email": "new@example.com", "action_add": ""})
    link = link_in(mail(mailoutbox))
    ann.refresh_from_db()
    assert ann.email == ADDRESS
    client.post(link)

    ann.refresh_from_db()
    assert ann.email == "new@example.com"
    assert list(ann.emailaddress_set.values_list("email", "verified", "primary")) == [("new@example.com", True, True)]
    assert AuditEvent.objects.filter(event=Event.ADDRESS_CHANGED, person=ann.pk).exists()


@pytest.fixture
def signed_in(client, ann):
    client.post(reverse("sign_in"), {"login": "ann", "password": "correct horse"})
    return client


def test_own_verified_address_cannot_be_removed(signed_in, ann):
    assert (
        signed_in.post(reverse("account_email"), {"email": "Ann@Example.com", "action_remove": ""}).status_code == 400
    )

    ann.refresh_from_db()
    assert ann.email == ADDRESS
    assert ann.emailaddress_set.get().verified


def test_address_that_nobody_verified_cannot_be_made_the_person_s_own(signed_in, ann):
    ann.emailaddress_set.all().delete()
    signed_in.post(reverse("account_email"), {"email": "boss@example.com", "action_add": ""})

    response = signed_in.post(reverse("account_email"), {"email": "boss@example.com", "action_primary": ""})

    ann.refresh_from_db()
    assert response.status_code == 400
    assert ann.email != "boss@example.com"


def test_address_that_was_typed_wrongly_can_be_forgotten(signed_in, ann):
    signed_in.post(reverse("account_email"), {"email": "wrong@example.com", "action_add": ""})

    signed_in.post(reverse("account_email"), {"email": "wrong@example.com", "action_remove": ""})

    assert list(ann.emailaddress_set.values_list("email", flat=True)) == [ADDRESS]


@pytest.mark.parametrize("has_row", [True, False])
def test_no_password_goes_to_an_address_that_nobody_verified(client, ann, mailoutbox, has_row):
    mallory = make_user("mallory", email="boss@example.com")
    if has_row:
        mallory.emailaddress_set.create(email="boss@example.com", verified=False)

    assert ask(client, "boss@example.com").url == reverse("account_reset_password_done")

    time.sleep(0.1)
    assert mailoutbox == []


def test_password_is_sent_to_the_address_as_it_was_verified(client, ann, mailoutbox):
    """Letters that only look alike when they are small may be of another mailbox."""
    addresses.enter(ann, "kim@example.com")

    ask(client, "\N{KELVIN SIGN}im@example.com")

    assert mail(mailoutbox).to == ["kim@example.com"]


def test_nobody_who_is_switched_off_gets_a_new_password(client, ann, mailoutbox):
    ann.is_active = False
    ann.save()

    ask(client)

    time.sleep(0.1)
    assert mailoutbox == []
