"""Who may read what, and why: reasons agree with the rule of access, and rights are given and taken by name."""

import random

import pytest
from django.contrib.auth.models import Group
from django.urls import reverse

from documents import rights
from documents.models import Collection
from documents.models.collection import READING
from documents.rights import Reason, Reasons, Role
from portal.models import AuditEvent, User
from portal.rights.explaining import explain
from tests.documents.rows import document_row
from tests.factories import make_collection, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(client):
    admin = make_user("admin", staff=True)
    client.force_login(admin)
    return admin


@pytest.fixture
def finance():
    return Group.objects.create(name="Finance")


@pytest.fixture
def handbook():
    return make_collection("Handbook")


def set_right(client, collection, role, **holder):
    whom = {kind: one.pk for kind, one in holder.items()}
    return client.post(reverse("rights:set_right", args=[collection.pk]), {"role": role, **whom})


def random_world(seed):
    """People, staff and switched off among them, in groups; collections with rights at random, one of them scratch."""
    chance = random.Random(seed)
    groups = [Group.objects.create(name=f"Group {number}") for number in range(3)]
    people = User.objects.bulk_create(
        User(username=f"person{number}", is_staff=chance.random() < 0.2, is_active=chance.random() < 0.8)
        for number in range(8)
    )
    for person in people:
        person.groups.set(chance.sample(groups, chance.randint(0, 2)))
    collections = [make_collection(f"Shelf {number}", is_scratch=number == 0) for number in range(4)]
    for collection in collections:
        for relation in READING:
            holders = groups if relation.endswith("groups") else people
            getattr(collection, relation).set(chance.sample(holders, chance.randint(0, 2)))
    return people, collections


@pytest.mark.parametrize("seed", range(6))
def test_there_are_reasons_exactly_where_the_rule_of_access_says_yes(seed):
    people, collections = random_world(seed)
    reasons = Reasons(people, [one.pk for one in collections])
    pairs = [(person, one) for person in people for one in collections]
    readable = {person.pk: set(Collection.objects.visible_to(person)) for person in people}
    writable = {person.pk: set(Collection.objects.writable_by(person)) for person in people}
    readers = {one.pk: set(rights.people_of(one)) for one in collections}
    editors = {one.pk: set(rights.editors_of(one)) for one in collections}

    for person, one in pairs:
        held = reasons.of(person, one.pk)
        assert bool(held) == (one in readable[person.pk]) == (person in readers[one.pk])
        assert any(reason.writes for reason in held) == (one in writable[person.pk]) == (person in editors[one.pk])
    assert {one in readable[person.pk] for person, one in pairs} == {True, False}


def test_every_reason_is_told(admin, finance, handbook):
    bob = make_user("bob")
    bob.groups.add(finance)
    handbook.readers.add(bob)
    handbook.editor_groups.add(finance)

    reasons = Reasons([bob, admin], [handbook.pk])

    assert reasons.of(bob, handbook.pk) == [Reason(Role.EDITOR, "Finance"), Reason(Role.READER)]
    assert reasons.of(admin, handbook.pk) == [Reason(Role.ADMINISTRATOR)]


def test_what_is_said_to_end_a_right_ends_it(finance, handbook):
    bob = make_user("bob")
    bob.groups.add(finance)
    handbook.reader_groups.add(finance)

    [yes] = explain([bob], handbook)
    bob.groups.clear()
    [no] = explain([bob], handbook)

    assert yes.sentence == "bob may read “Handbook”: reader through the group “Finance”."
    assert yes.steps == ("Take bob out of the group “Finance”, or the right from this group.",)
    assert (no.may_read, no.sentence) == (
        False,
        "bob may not read “Handbook”: no right was given to the person, who belongs to no group.",
    )


def test_whoever_is_switched_off_reads_nothing_and_hears_what_would_be_open(handbook):
    bob = make_user("bob", is_active=False)
    handbook.editors.add(bob)

    [told] = explain([bob], handbook)

    assert told.sentence == "bob may not read “Handbook”: the account is switched off."
    assert told.steps[-1] == "Nothing more is needed then: named as an editor."


def test_rights_are_given_changed_and_taken_one_by_one(client, admin, handbook, finance):
    bob = make_user("bob")

    set_right(client, handbook, "reader", person=bob)
    assert list(handbook.readers.all()) == [bob]
    set_right(client, handbook, "editor", person=bob)
    assert (list(handbook.readers.all()), list(handbook.editors.all())) == ([], [bob])
    set_right(client, handbook, "reader", group=finance)
    assert list(handbook.reader_groups.all()) == [finance]
    set_right(client, handbook, "", person=bob)
    assert not handbook.editors.exists()


def test_each_change_of_a_right_is_recorded_with_names_and_no_change_is_not(client, admin, handbook, finance):
    bob = make_user("bob", first_name="Bob", last_name="Park")
    for role, holder in [("reader", {"person": bob}), ("reader", {"person": bob}), ("editor", {"group": finance})]:
        set_right(client, handbook, role, **holder)
    set_right(client, handbook, "", person=bob)
    set_right(client, handbook, "", person=bob)

    told = (
        AuditEvent.objects.filter(event__startswith="collection.right").order_by("pk").values_list("event", "details")
    )
    about = {"collection": handbook.pk, "name": "Handbook"}
    assert list(told) == [
        ("collection.right_given", {**about, "readers": ["Bob Park"]}),
        ("collection.right_given", {**about, "editor_groups": ["Finance"]}),
        ("collection.right_taken", {**about, "readers": ["Bob Park"]}),
    ]


def test_somebody_who_is_gone_is_given_nothing(client, admin, handbook):
    url = reverse("rights:set_right", args=[handbook.pk])

    response = client.post(url, {"person": 999_999, "role": "reader"}, follow=True)

    assert "no longer there" in response.content.decode()
    assert not handbook.readers.exists()


@pytest.mark.parametrize(("target", "comes_back"), [("/documents/", True), ("https://evil.example/", False)])
def test_giving_a_right_never_leads_to_another_site(client, admin, handbook, target, comes_back):
    response = client.post(reverse("rights:set_right", args=[handbook.pk]), {"next": target})

    assert (response.url == target) is comes_back


def test_names_are_looked_for_among_those_with_and_without_a_right(client, admin, handbook, finance):
    handbook.readers.add(make_user("fiona"))
    make_user("finn")
    make_user("zoe")

    context = client.get(reverse("rights:collection", args=[handbook.pk]), {"text": "fi"}).context

    assert [str(row.holder) for row in context["rows"]] == ["fiona"]
    assert [str(row.holder) for row in context["offered"]] == ["Finance", "finn"]


def test_list_of_rights_is_cut_into_pages_and_costs_the_same_for_many(
    client, admin, handbook, django_assert_max_num_queries
):
    handbook.readers.set(User.objects.bulk_create(User(username=f"person{number:03}") for number in range(120)))

    for page, count in ((1, 50), (3, 20)):
        with django_assert_max_num_queries(20):
            context = client.get(reverse("rights:collection", args=[handbook.pk]), {"page": page}).context
        assert len(context["rows"]) == count
    with django_assert_max_num_queries(20):
        people = client.get(reverse("rights:collection_people", args=[handbook.pk])).context
    assert len(people["rows"]) == 50
    assert people["counts"].readers == 121


def test_editors_see_whom_their_collection_is_open_to_and_change_nothing(client, handbook):
    alice, bob = make_user("alice"), make_user("bob")
    handbook.editors.add(alice)
    handbook.readers.add(bob)
    client.force_login(alice)

    page = client.get(reverse("rights:collection", args=[handbook.pk])).content.decode()
    people = client.get(reverse("rights:collection_people", args=[handbook.pk]), {"who": "bob"}).content.decode()

    assert "bob" in page
    assert "bob" in people
    assert "set" not in page.partition('class="page rights"')[2].partition("</main>")[0].split('method="post"')[1:]
    assert "What would" not in people
    assert set_right(client, handbook, "editor", person=bob).status_code == 404


def test_person_page_lists_every_collection_with_its_reason(client, admin, handbook, finance):
    bob = make_user("bob")
    bob.groups.add(finance)
    handbook.reader_groups.add(finance)
    make_collection("Payroll")
    document_row(handbook)

    page = client.get(reverse("rights:person", args=[bob.pk])).content.decode()

    assert "reader through the group “Finance”" in page
    assert "1 document" in page
    assert "Payroll" not in page


def test_page_of_rights_names_the_document_that_somebody_comes_from(client, admin, handbook):
    url = reverse("rights:collection_people", args=[handbook.pk])
    inside, outside = document_row(handbook, title="Leave"), document_row(make_collection("Payroll"), title="Bonus")

    assert "“Leave” lies in this collection" in client.get(url, {"document": inside.pk}).content.decode()
    assert "Bonus" not in client.get(url, {"document": outside.pk}).content.decode()
    for damaged in (9 * "9" * 500, "²", "-1", ""):
        assert client.get(url, {"document": damaged}).status_code == 200


def test_files_of_rights_hold_everybody_and_no_formula(client, admin, handbook):
    bob = make_user("bob", first_name="=HYPERLINK(1)")
    handbook.readers.add(bob)

    people = client.get(reverse("rights:collection_export", args=[handbook.pk])).content.decode()
    collections = client.get(reverse("rights:person_export", args=[bob.pk])).content.decode()

    assert people.splitlines()[0] == "\ufeffName,User name,May do,Why"
    assert "'=HYPERLINK(1),bob,read,named as a reader" in people
    assert "admin,admin,read and change,administrator" in people
    assert collections.splitlines()[1:] == ["Handbook,0,read,named as a reader"]
    assert AuditEvent.objects.filter(event="export.made", details__what="rights").count() == 2
