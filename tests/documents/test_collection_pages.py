"""The shelves: who sees them, who may change them."""

import pytest
from django.urls import reverse

from documents.models import Collection
from tests.documents.rows import document_row
from tests.factories import make_collection, make_user

pytestmark = pytest.mark.django_db
LIST = "/documents/"


def signed_in(client, user):
    client.force_login(user)
    return client


def test_people_see_the_collections_that_they_may_read(client):
    bob = make_user("bob")
    make_collection("Handbook", readers=[bob])
    make_collection("Payroll")

    page = signed_in(client, bob).get(LIST).content.decode()

    assert "Handbook" in page
    assert "Payroll" not in page


def test_card_counts_documents_by_state(client):
    bob = make_user("bob")
    collection = make_collection("Handbook", readers=[bob])
    for state in ("ready", "ready", "failed", "indexing"):
        document_row(collection, state=state)

    [card] = signed_in(client, bob).get(LIST).context["collections"]

    counts = (card.document_count, card.searchable_count, card.progress_count, card.failed_count)
    assert counts == (4, 2, 1, 1)


def test_list_costs_the_same_for_more_collections(client, django_assert_max_num_queries):
    admin = make_user("admin", staff=True)
    for number in range(12):
        document_row(make_collection(f"Shelf {number}"))

    signed_in(client, admin)
    with django_assert_max_num_queries(6):
        client.get(LIST)


@pytest.mark.parametrize("staff", [True, False])
def test_empty_list_teaches_what_to_do_next(client, staff):
    page = signed_in(client, make_user("someone", staff=staff)).get(LIST).content.decode()

    assert (reverse("documents:collection_create") in page) is staff


def test_new_collection_is_open_to_administrators_alone(client):
    bob, admin = make_user("bob"), make_user("admin", staff=True)

    signed_in(client, admin).post(reverse("documents:collection_create"), {"name": "Handbook"})

    assert list(Collection.objects.visible_to(admin)) == [Collection.objects.get(name="Handbook")]
    assert not Collection.objects.visible_to(bob).exists()


def test_a_name_is_given_only_once(client):
    make_collection("Handbook")
    signed_in(client, make_user("admin", staff=True))

    response = client.post(reverse("documents:collection_create"), {"name": "Handbook"})

    assert response.status_code == 200
    assert response.context["form"].errors["name"]


def test_editing_a_collection_leaves_its_readers(client):
    bob = make_user("bob")
    collection = make_collection("Handbook", readers=[bob])
    signed_in(client, make_user("admin", staff=True))

    client.post(reverse("documents:collection_edit", args=[collection.pk]), {"name": "Rules", "readers": []})

    assert Collection.objects.visible_to(bob).get().name == "Rules"


def test_editors_do_not_change_the_collection_itself(client):
    alice = make_user("alice")
    collection = make_collection("Handbook", editors=[alice])
    signed_in(client, alice)

    assert client.post(reverse("documents:collection_edit", args=[collection.pk]), {}).status_code == 403
    assert client.post(reverse("documents:collection_delete", args=[collection.pk])).status_code == 403
    assert client.post(reverse("documents:collection_create"), {"name": "Mine"}).status_code == 403
    assert Collection.objects.get().name == "Handbook"


def test_deleting_asks_first_and_then_deletes_the_documents(client):
    collection = make_collection("Handbook")
    document_row(collection)
    signed_in(client, make_user("admin", staff=True))
    url = reverse("documents:collection_delete", args=[collection.pk])

    assert client.get(url).context["document_count"] == 1
    assert Collection.objects.exists()

    client.post(url)
    assert not Collection.objects.exists()
