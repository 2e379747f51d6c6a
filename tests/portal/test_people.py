"""People and groups, and that an administrator always remains."""

import re

import pytest
from django.contrib.auth import authenticate
from django.contrib.auth.models import Group
from django.http import Http404
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from documents.models import Collection
from portal.models import AuditEvent, User
from portal.people.administrators import acting_administrator
from tests.factories import make_collection, make_user

pytestmark = pytest.mark.django_db
LIST = "/people/"
NEW = "/people/new"
PASSWORD = "a long enough password"


@pytest.fixture
def admin(client):
    admin = make_user("admin", staff=True)
    client.force_login(admin)
    return admin


def edit(client, person, **fields):
    kept = {"full_name": person.get_full_name(), "is_active": person.is_active, "is_staff": person.is_staff}
    filled = {name: value for name, value in (kept | fields).items() if value is not False}
    return client.post(reverse("people:person_edit", args=[person.pk]), filled)


def test_list_tells_names_groups_role_and_last_sign_in(client, admin):
    bob = make_user("bob", first_name="박보람", last_login=timezone.now())
    bob.groups.add(Group.objects.create(name="Finance"))
    make_user("charlie")

    page = client.get(LIST).content.decode()

    assert all(words in page for words in ("박보람", "bob", "Finance", "Administrator", "never"))
    assert date_format(timezone.localtime(bob.last_login), "DATETIME_FORMAT") in page


def test_people_are_found_by_either_name(client, admin):
    make_user("bob", first_name="박보람")
    make_user("charlie")

    def found(text):
        return [person.username for person in client.get(LIST, {"text": text}).context["page"]]

    assert found("보람") == found("BO") == ["bob"]
    assert found("nobody at all") == []


def test_whoever_is_switched_off_stands_last(client, admin):
    make_user("aaron", is_active=False)

    assert [person.username for person in client.get(LIST).context["page"]] == ["admin", "aaron"]


def test_lists_cost_the_same_for_more_rows(client, admin, django_assert_max_num_queries):
    for number in range(12):
        make_user(f"person{number}").groups.add(Group.objects.create(name=f"Group {number}"))

    for url in (LIST, reverse("people:group_list")):
        with django_assert_max_num_queries(7):
            client.get(url)


def test_new_person_with_a_typed_password_can_sign_in(client, admin):
    group = Group.objects.create(name="Finance")

    response = client.post(NEW, {"username": "bob", "full_name": "박보람", "password": PASSWORD, "groups": [group.pk]})

    bob = authenticate(username="bob", password=PASSWORD)
    assert response.url == LIST
    assert str(bob) == "박보람"
    assert not bob.is_staff
    assert list(bob.groups.all()) == [group]


def test_password_that_was_made_up_is_shown_once_and_works(client, admin):
    page = client.post(NEW, {"username": "bob"})

    name, password = re.findall(r'"secret">([\w-]+)<', page.content.decode())
    assert name == "bob"
    assert authenticate(username="bob", password=password)
    assert "no-store" in page["Cache-Control"]
    assert password not in client.get(LIST).content.decode()


@pytest.mark.parametrize("fields", [{"username": "Admin"}, {"username": ""}, {"username": "bob", "password": "bob"}])
def test_name_that_is_taken_or_weak_password_adds_nobody(client, admin, fields):
    response = client.post(NEW, fields)

    assert response.context["form"].errors
    assert User.objects.count() == 1


def test_group_that_is_taken_away_closes_its_collections(client, admin):
    bob, group = make_user("bob"), Group.objects.create(name="Finance")
    bob.groups.add(group)
    make_collection("Payroll").reader_groups.add(group)

    edit(client, bob)

    assert not Collection.objects.visible_to(bob).exists()


def test_person_who_is_switched_off_is_signed_out_at_once(client, admin):
    bob, browser = make_user("bob"), Client()
    browser.force_login(bob)

    edit(client, bob, is_active=False)

    assert browser.get("/documents/").url.startswith(reverse("sign_in"))


def test_editing_leaves_a_password_that_was_changed_meanwhile(client, admin):
    bob = make_user("bob")
    form = {"full_name": "Bob Park", "is_active": True}
    bob.set_password(PASSWORD)
    bob.save()

    client.post(reverse("people:person_edit", args=[bob.pk]), form)

    assert authenticate(username="bob", password=PASSWORD).get_full_name() == "Bob Park"


@pytest.mark.parametrize("right", ["is_staff", "is_active"])
def test_administrators_do_not_lock_themselves_out(client, admin, right):
    response = edit(client, admin, **{right: False})

    admin.refresh_from_db()
    assert right in response.context["form"].errors
    assert admin.is_staff
    assert admin.is_active


def test_administrators_may_take_the_right_from_others(client, admin):
    other = make_user("other", staff=True)

    edit(client, other, is_staff=False)

    other.refresh_from_db()
    assert not other.is_staff


def test_whoever_just_lost_the_right_changes_nothing_any_more():
    former = make_user("former", staff=True)
    User.objects.filter(pk=former.pk).update(is_staff=False)

    with pytest.raises(Http404), acting_administrator(former):
        pytest.fail("This must not be reached.")


def test_new_password_ends_the_sessions_of_the_person(client, admin):
    bob, browser = make_user("bob"), Client()
    browser.force_login(bob)

    client.post(reverse("people:person_password", args=[bob.pk]), {"password": PASSWORD})

    assert authenticate(username="bob", password=PASSWORD)
    assert browser.get("/documents/").url.startswith(reverse("sign_in"))


def test_own_password_is_changed_with_the_former_one(client, admin):
    own = reverse("change_password")
    fields = {"password1": PASSWORD, "password2": PASSWORD}

    assert client.get(reverse("people:person_password", args=[admin.pk])).url == own
    assert client.post(own, {"oldpassword": "wrong", **fields}).context["form"].errors["oldpassword"]
    assert client.post(own, {"oldpassword": "correct horse", **fields}).url == reverse("account")
    assert authenticate(username="admin", password=PASSWORD)
    assert client.get(own).status_code == 200


def test_group_is_added_and_renamed_and_keeps_its_members(client, admin):
    bob = make_user("bob")

    client.post(reverse("people:group_create"), {"name": "Finance"})
    group = Group.objects.get()
    bob.groups.add(group)
    client.post(reverse("people:group_edit", args=[group.pk]), {"name": "Treasury"})

    assert bob.groups.get().name == "Treasury"


def test_members_are_found_added_and_removed_one_by_one(client, admin):
    group, bob = Group.objects.create(name="Finance"), make_user("bob")
    make_user("bobby").groups.add(group)
    address = reverse("people:set_member", args=[group.pk, bob.pk])

    def listed():
        context = client.get(reverse("people:member_list", args=[group.pk]), {"text": "bob"}).context
        return [one.username for one in context["page"]], [one.username for one in context["offered"]]

    assert listed() == (["bobby"], ["bob"])
    client.post(address, {"member": "yes"})
    assert listed() == (["bob", "bobby"], [])
    client.post(address, {"member": ""})
    assert listed() == (["bobby"], ["bob"])
    told = AuditEvent.objects.filter(event="group.changed").order_by("pk").values_list("details", flat=True)
    about = {"group": group.pk, "name": "Finance"}
    assert list(told) == [{**about, "added": ["bob"]}, {**about, "removed": ["bob"]}]


def test_members_come_in_pages(client, admin):
    group = Group.objects.create(name="Finance")
    group.user_set.set(User.objects.bulk_create(User(username=f"person{number:03}") for number in range(60)))

    assert len(client.get(reverse("people:member_list", args=[group.pk])).context["page"]) == 50


def test_group_name_is_given_only_once(client, admin):
    Group.objects.create(name="Finance")

    assert client.post(reverse("people:group_create"), {"name": "Finance"}).context["form"].errors["name"]


def test_deleting_a_group_asks_first_and_says_what_is_lost(client, admin):
    group = Group.objects.create(name="Finance")
    group.user_set.add(make_user("bob"))
    make_collection("Payroll").reader_groups.add(group)
    url = reverse("people:group_delete", args=[group.pk])

    assert "Payroll" in client.get(url).content.decode()
    client.post(url)

    assert not Group.objects.exists()
    assert User.objects.filter(username="bob").exists()


def test_only_staff_see_the_way_to_people(client, admin):
    assert f'href="{LIST}"' in client.get("/documents/").content.decode()
    client.force_login(make_user("bob"))
    assert f'href="{LIST}"' not in client.get("/documents/").content.decode()


def test_saving_a_person_verifies_no_address_that_stood_there_already(client, admin):
    bob = make_user("bob", email="boss@example.com")

    edit(client, bob, full_name="Bob", email="boss@example.com")

    bob.refresh_from_db()
    assert (bob.first_name, bob.email) == ("Bob", "boss@example.com")
    assert not bob.emailaddress_set.filter(verified=True).exists()
