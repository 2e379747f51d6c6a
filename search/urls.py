"""Addresses of the search."""

from django.urls import include, path

from search.views import (
    explaining,
    landscape,
    question_drafts,
    question_editing,
    question_import,
    question_sets,
    related,
    results,
    suggestions,
    trust,
)

app_name = "search"

urlpatterns = [
    path("search", results.results, name="results"),
    path("search/suggestions", suggestions.suggestions, name="suggestions"),
    path("documents/<int:document_id>/related", related.related, name="related"),
    path("documents/collections/<int:collection_id>/map", landscape.collection_map, name="map"),
    path("documents/trust", trust.trust, name="trust"),
    path("documents/trust/measure", trust.trust_measure, name="trust_measure"),
    path("documents/models/bench/", include("search.bench_urls")),
    path("documents/models/releases/", include("search.release_urls")),
    path("documents/models/explained", explaining.models_explained, name="models_explained"),
    path("review/questions", question_sets.question_list, name="question_list"),
    path("review/questions/new", question_editing.question_create, name="question_create"),
    path("review/questions/<int:question_id>", question_editing.question_edit, name="question_edit"),
    path("review/questions/<int:question_id>/delete", question_sets.question_delete, name="question_delete"),
    path("review/questions/sets/<int:set_id>/changes", question_sets.question_changes, name="question_changes"),
    path("review/questions/sets/<int:set_id>/<str:layout>", question_sets.question_export, name="question_export"),
    path("review/questions/import", question_import.question_import, name="question_import"),
    path(
        "review/questions/import/<int:import_id>", question_import.question_import_check, name="question_import_check"
    ),
    path(
        "review/questions/import/<int:import_id>/corpus",
        question_import.question_import_corpus,
        name="question_import_corpus",
    ),
    path("review/questions/drafts", question_drafts.draft_list, name="draft_list"),
    path("review/questions/drafts/propose", question_drafts.draft_propose, name="draft_propose"),
    path("review/questions/drafts/<int:question_id>", question_drafts.draft_decide, name="draft_decide"),
]
