"""All figures of the dashboard as one file for spreadsheets: what is counted, of what, and how much."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from documents.spreadsheets import BOM, line
from portal.dashboard.asked import Outcome
from portal.dashboard.words import outcome_labels, weekday_labels

if TYPE_CHECKING:
    from portal.dashboard.figures import Figures, Wish
    from portal.dashboard.spending import Bill

type_Row = tuple[str, str, str, object]


def as_csv(wish: "Wish", found: "Figures") -> Iterator[str]:
    """Line by line; a cell can become no formula."""
    yield BOM + line([_("Figure"), _("Of"), _("What"), _("Value")])
    yield line([_("Chosen time"), "", _("From this day"), wish.span.first.isoformat()])
    yield line([_("Chosen time"), "", _("Up to this day"), wish.span.last.isoformat()])
    yield line([_("Collection"), "", "", wish.collection or _("All collections")])
    for rows in (_whole(found), _questions(found), _hours(found), _documents(found), _library(found), _costs(found)):
        yield from (line(row) for row in rows)


def _whole(found: "Figures") -> Iterator[type_Row]:
    whole, name = found.whole, _("Summary")
    yield name, "", _("Questions"), whole.total
    yield name, "", _("People who asked"), whole.people
    for outcome, label in outcome_labels().items():
        yield name, "", label, whole.counts.get(outcome, 0)
    yield name, "", _("With an unverified citation"), whole.unverified
    yield name, "", _("Reviewed"), whole.reviewed
    for label, measured in ((_("First word"), whole.first_word), (_("Whole answer"), whole.finished)):
        yield name, label, _("half of the answers within, ms"), _rounded(measured.half)
        yield name, label, _("95 of 100 answers within, ms"), _rounded(measured.most)


def _questions(found: "Figures") -> Iterator[type_Row]:
    labels = outcome_labels()
    for period in found.periods:
        for outcome in Outcome:
            yield _("Questions"), period.step.label, labels[outcome], period.counts.get(outcome, 0)


def _hours(found: "Figures") -> Iterator[type_Row]:
    days: Mapping[int, str] = weekday_labels()
    for (weekday, hour), count in sorted(found.hours.items()):
        yield _("Busiest hours"), days[weekday], f"{hour:02}:00", count


def _documents(found: "Figures") -> Iterator[type_Row]:
    for row in found.most_cited:
        yield _("Most cited documents"), str(row.document.collection), row.document.title, row.answers
    for document in found.never_cited.oldest:
        yield _("Documents that no answer cited"), str(document.collection), document.title, 0
    for topic in found.topics:
        for asking in topic.questions:
            yield _("Unanswered questions"), topic.name, asking.question, asking.times


def _library(found: "Figures") -> Iterator[type_Row]:
    for state in found.health.states:
        yield _("Documents"), "", state.label, state.count
    yield _("Documents"), "", _("Jobs that wait"), found.health.waiting
    yield _("Documents"), "", _("Pages that are hard to read"), found.health.poor_pages
    yield _("Storage"), "", _("Files, bytes"), found.storage.files
    yield _("Storage"), "", _("Database, bytes"), found.storage.database
    for index in found.storage.indexes:
        yield _("Storage"), str(index.generation), _("Index, bytes"), index.size


def _costs(found: "Figures") -> Iterator[type_Row]:
    for name, bills in (
        (_("Language model"), found.language_models),
        (_("Embedding endpoints"), found.embeddings),
    ):
        yield from (row for bill in bills for row in _bill(name, bill))


def _bill(name: str, bill: "Bill") -> Iterator[type_Row]:
    of = f"{bill.name} · {bill.purpose}"
    yield name, of, _("Tokens"), bill.tokens
    yield name, of, _("Cost"), bill.cost


def _rounded(milliseconds: float | None) -> int | str:
    return "" if milliseconds is None else round(milliseconds)
