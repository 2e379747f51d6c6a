"""The world of the access matrix with something on every page: what is cited, found, measured, waiting and broken."""

from datetime import timedelta
from types import SimpleNamespace

from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from chat.models import Answer, Gap
from documents import audit, generations
from documents.audit import Event
from documents.generations import Plan
from documents.models import Document, EmbeddingModel, Generation, IndexJob, Page
from documents.releases.forecast import Forecast
from search import question_sets
from search.bench import runs
from search.bench.rows import candidate, of_generation
from search.bench.wishes import Wishes
from search.models import EvaluationRun, Question
from search.question_sets import Asked, Judged
from tests.chat.shelf import cited_answer
from tests.documents.rows import document_row, job_row
from tests.factories import make_citation, source_of
from tests.index_rows import indexed_rows, random_units
from tests.search.question_files import csv_of
from tests.search.test_bench_page import figures, found
from tests.world import make_world

LEAVE = "Annual leave is 15 days."
TEXTS = [
    f"Annual leave is 15 days. Case number {number} of the handbook tells how it is asked for." for number in range(24)
]


def furnished_world() -> SimpleNamespace:
    """What the addresses of `tests.addresses` name, and around it what makes their pages full."""
    world = make_world()
    # bob has a second factor.
    TOTP.activate(world.people["bob"], generate_totp_secret())
    RecoveryCodes.activate(world.people["bob"])
    _answer(world)
    _library(world)
    _measured(world)
    _asked_by_hand(world)
    _building(world)
    return world


def _answer(world):
    """A cited answer, which was reviewed, rated and corrected, and a question without an answer."""
    answer, staff = world.answer, world.people["staff"]
    sources = [source_of(world.document, number, end=len(LEAVE)) for number in (1, 2)]
    facts = {"text": f"{LEAVE} [1]", "passages": sources, "first_word_ms": 900, "milliseconds": 2400, "grounded": True}
    Answer.objects.filter(pk=answer.pk).update(
        **facts, input_tokens=900, output_tokens=80, cost="0.0012", model="large"
    )
    answer.refresh_from_db()
    citation = make_citation(
        answer, world.document, LEAVE, finding="unverified", support=0.3, mark_start=25, mark_end=28
    )
    review = answer.reviews.create(reviewer=staff, verdict="good", note="Checked.", finished_at=timezone.now())
    review.verdicts.create(citation=citation, value="supports")
    answer.feedback.create(user=world.people["alice"], helpful=False, reason="wrong", comment="Not so.")
    for number in range(3):
        other = cited_answer(staff, (LEAVE, world.document), question=f"How many days of leave in year {number}?")
        refused = cited_answer(staff, question=f"Where is the parking garage {number}?")
        for old in (other, refused):
            Answer.objects.filter(pk=old.pk).update(created_at=timezone.now() - timedelta(days=number))
        Gap.objects.create(
            answer=refused, question="Where is the parking garage?", terms=["garage", "park"], language="en",
            collections=[world.collection.pk],
        )  # fmt: skip


def _library(world):
    """Documents in each state, a failed one, one with poor pages and one that repeats another."""
    shelf = world.collection
    for state in Document.State:
        code = "damaged" if state == Document.State.FAILED else ""
        document = document_row(shelf, state=state, error_code=code, title=f"Rules that are {state}")
        if state == Document.State.FAILED:
            job_row(document, state=IndexJob.State.FAILED, error_code=code, finished_at=timezone.now(), tries=1)
        if state == Document.State.WAITING:
            job_row(document)
    Page.objects.create(document=world.document, number=2, text="????", offset=26, quality=0.1)
    twin = document_row(shelf, near_duplicate_of=world.document, similarity=0.8)
    Page.objects.create(document=twin, number=1, text=LEAVE, offset=0)
    for event in (Event.DOCUMENT_UPLOADED, Event.EXPORTED, Event.COLLECTION_CHANGED):
        audit.record(event, world.people["staff"], collection=shelf.pk, title="Handbook")


def _measured(world):
    """An index that finds something, and a run of the bench in which one candidate is better."""
    document = indexed_rows(world.collection, TEXTS, vectors=random_units(len(TEXTS), seed=2), title="Case book")
    Page.objects.create(document=document, number=1, text="\n".join(TEXTS), offset=0)
    active = Generation.objects.active()
    run = runs.begin([of_generation(active), candidate(active.model, 256)], Wishes({}), None)
    asked = [
        {
            "key": str(number), "text": f"Question {number}?", "language": "en", "pair": "",
            "direction": ("en-en", "ko-ko")[number % 2], "targets": [[document.pk, 0, len(TEXTS[0]), 2]],
        }
        for number in range(60)
    ]  # fmt: skip
    for row, quality, rate in zip(run.rows.all(), (0.5, 0.7), (30.0, 10.0), strict=True):
        row.figures, row.found, row.measured_at = figures(quality, rate), found(document, quality), timezone.now()
        row.save()
    run.questions, run.state, run.finished_at = asked, EvaluationRun.State.DONE, timezone.now()
    run.corpus = {"documents": 1, "is_sample": True}
    run.save()
    world.run = run


def _asked_by_hand(world):
    """A question with a passage that answers it, a draft, and a file of questions of which one is wrong."""
    staff, document = world.people["staff"], world.document
    judged = (Judged(document.pk, 1, 0, len(LEAVE), 2),)
    world.judged = question_sets.add("Rules", Asked("How much leave is there?", Question.Origin.HAND, judged), staff)
    draft = Asked("What does annual leave say?", Question.Origin.RULES, judged, state=Question.State.DRAFT)
    question_sets.add("Rules", draft, staff)
    client = Client()
    client.force_login(staff)
    rows = csv_of(("How many days?", "rules.txt", "1", LEAVE, "2"), ("Who pays?", "gone.pdf", "", "", ""))
    sent = {"file": SimpleUploadedFile("questions.csv", rows), "name": "Imported"}
    world.import_check = client.post(reverse("search:question_import"), sent).url


def _building(world):
    """Beside the generation that answers one that is being built, one that is ready, and a model without any."""
    model = world.generation.model
    world.building = generations.create(Plan(model, window_tokens=256))
    world.ready = generations.create(Plan(model, window_tokens=128))
    Generation.objects.filter(pk=world.ready.pk).update(state=Generation.State.READY, built_at=timezone.now())
    for generation in (world.building, world.ready):
        forecast = Forecast(documents=3, windows=10, seconds=60.0).as_json()
        Generation.objects.filter(pk=generation.pk).update(forecast=forecast)
    world.endpoint = EmbeddingModel.objects.create(
        provider="openai", name="embed", base_url="http://embed", dimensions=8, max_tokens=100, licence="proprietary"
    )
