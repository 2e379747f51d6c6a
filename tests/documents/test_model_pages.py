"""The catalogue's pages: what staff see, add, change, delete and try."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from documents.models import EmbeddingModel, EmbeddingUse, Generation
from tests.factories import indexed_document, make_collection, make_user

pytestmark = pytest.mark.django_db

SERVICE = {
    "name": "company-embed",
    "base_url": "https://127.0.0.1:8443/v1/",
    "key_name": "COMPANY_API_KEY",
    "dimensions": "512",
    "shorter_dimensions": "128, 256",
    "max_tokens": "4000",
    "query_prefix": "query: ",
    "passage_prefix": "line\r\nand line: ",
    "languages": "ko, en",
    "licence": "proprietary",
    "price_per_million_tokens": "0.1",
    "tokens_per_minute": "90000",
}


@pytest.fixture
def staff(client):
    person = make_user("admin", staff=True)
    client.force_login(person)
    return client


def html_of(response):
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def page(client, name="model_list", *args):
    return html_of(client.get(reverse(f"documents:{name}", args=args)))


def card_of(html, model):
    start = html.index(f'aria-labelledby="model-{model.pk}"')
    return html[start : html.index("</article>", start)]


def test_list_shows_what_is_used_what_could_be_and_what_is_missing(staff):
    html = page(staff)

    order = [html.index(title) for title in ("In use", "Something is missing")]
    assert order == sorted(order)
    bundled = card_of(html, Generation.objects.active().model)
    assert "answers now" in bundled
    assert "256 tokens" in bundled
    kure = card_of(html, EmbeddingModel.objects.get(name="KURE-v1"))
    assert "not on this machine" in kure
    assert "models/KURE-v1" in kure
    openai = card_of(html, EmbeddingModel.objects.get(name="text-embedding-3-small"))
    assert "put OPENAI_API_KEY into the environment" in openai
    assert "0.02 for a million tokens" in openai


def test_key_that_is_set_makes_a_service_usable_and_is_never_shown(staff, settings):
    settings.MODEL_KEYS = {"OPENAI_API_KEY": "sk-very-secret"}

    html = page(staff)

    assert "Can be used" in html
    assert "key is set" in html
    assert "sk-very-secret" not in html


def test_use_of_this_month_is_shown(staff, make_model):
    model = make_model(price_per_million_tokens=2)
    today = timezone.localdate()
    for day in (today, today.replace(day=1) - timedelta(days=1)):
        EmbeddingUse.objects.create(model=model, day=day, purpose="passages", requests=3, tokens=500_000)

    assert "3 requests, 500,000 tokens · 1.00" in card_of(page(staff), model)


def test_countdown_and_what_to_do_stand_first(staff):
    model = Generation.objects.active().model
    model.retires_on = timezone.localdate() + timedelta(days=12)
    model.save()

    html = page(staff)

    assert "retires in 12 days" in html
    assert "12 days left" in card_of(html, model)
    EmbeddingModel.objects.filter(pk=model.pk).update(retires_on=date(2026, 1, 1))
    assert "was withdrawn" in page(staff)


def test_service_is_added_with_prefixes_as_they_are(staff):
    response = staff.post(reverse("documents:model_add_endpoint"), SERVICE, follow=True)

    assert "company-embed is in the catalogue" in html_of(response)
    model = EmbeddingModel.objects.get(name="company-embed")
    assert (model.provider, model.base_url, model.is_shipped) == ("openai", "https://127.0.0.1:8443/v1", False)
    assert (model.query_prefix, model.passage_prefix) == ("query: ", "line\nand line: ")
    assert (model.shorter_dimensions, model.languages) == ([256, 128], ["ko", "en"])


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"base_url": "http://169.254.169.254/latest"}, "This address is not asked"),
        ({"key_name": "sk-secret"}, "never the key itself"),
        ({"key_name": "SECRET_KEY"}, "never the key itself"),
        ({"dimensions": "0"}, "cannot be stored"),
        ({"shorter_dimensions": "512"}, "must be smaller"),
        ({"name": "text-embedding-3-small", "base_url": "https://api.openai.com/v1"}, "in the catalogue already"),
    ],
)
def test_what_cannot_be_is_refused(staff, change, words):
    assert words in html_of(staff.post(reverse("documents:model_add_endpoint"), SERVICE | change))
    assert not EmbeddingModel.objects.filter(is_shipped=False).exists()


def test_folder_fills_the_form_itself(staff, settings, tmp_path):
    from tests.tiny_models import tiny_model

    settings.MODELS_DIR = tmp_path
    tiny_model(tmp_path / "our-model", prompts={"query": "ask: "})
    (tmp_path / "no-model").mkdir()
    url = reverse("documents:model_add_folder")

    found = page(staff, "model_add_folder")
    assert "our-model" in found
    assert "no-model" not in found
    assert "modules.json or config.json is missing" in html_of(staff.get(url, {"folder": "no-model"}))
    html = html_of(staff.get(url, {"folder": "our-model"}))
    assert 'value="64"' in html
    assert "ask: </textarea>" in html

    facts = {"dimensions": 32, "max_tokens": 64, "query_prefix": "ask: ", "licence": "open-weights"}
    staff.post(f"{url}?folder=our-model", facts)
    model = EmbeddingModel.objects.get(name="our-model")
    assert (model.provider, model.pooling, model.query_prefix) == ("sentence-transformers", "mean", "ask: ")
    assert "on this machine" in card_of(page(staff), model)
    assert "in the catalogue already" in html_of(staff.get(url, {"folder": "our-model"}))


def test_facts_of_a_model_that_an_index_was_made_with_stay(staff, make_model):
    model = make_model()
    Generation.objects.filter(state="active").update(model=model)
    url = reverse("documents:model_edit", args=[model.pk])

    assert "Dimensions" not in html_of(staff.get(url)).split("<main")[1].split("<form")[1]
    staff.post(url, {"dimensions": 1, "name": "other", "price_per_million_tokens": "3", "key_name": "OUR_API_KEY"})

    model.refresh_from_db()
    assert (model.name, model.dimensions, model.key_name) == ("tiny", 32, "OUR_API_KEY")
    assert model.price_per_million_tokens == 3


def test_own_models_are_deleted_as_long_as_nothing_was_made_with_them(staff, make_model):
    used, unused = make_model(), make_model(name="unused")
    Generation.objects.filter(state="active").update(model=used)

    statuses = [staff.post(reverse("documents:model_delete", args=[model.pk])).status_code for model in (used, unused)]

    assert statuses == [404, 302]
    assert list(EmbeddingModel.objects.filter(is_shipped=False)) == [used]


def test_trying_shows_time_size_and_likeness(staff, make_model):
    html = html_of(staff.post(reverse("documents:model_try", args=[make_model().pk])))

    assert "each became 32 numbers" in html
    assert html.count("trial__cosine") == 4


def test_trying_shows_what_the_service_says(staff, make_model, server):
    server.script.statuses = [401]
    server.script.body = '{"error": {"message": "wrong <key>"}}'

    html = html_of(staff.post(reverse("documents:model_try", args=[make_model().pk]), headers={"HX-Request": "true"}))

    assert "refused the request" in html
    assert "wrong &lt;key&gt;" in html
    assert "<html" not in html


def test_model_that_answers_again_is_no_longer_withdrawn_and_its_documents_get_vectors(staff, make_model, server):
    server.script.dimensions = 384
    model = make_model(withdrawn_at=timezone.now())
    Generation.objects.filter(state="active").update(model=model)
    document = indexed_document(make_collection(), "Annual leave is fifteen days.")

    staff.post(reverse("documents:model_try", args=[model.pk]))

    model.refresh_from_db()
    assert model.withdrawn_at is None
    assert document.jobs.get().state == "queued"
