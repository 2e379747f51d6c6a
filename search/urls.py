"""Addresses of the search."""

from django.urls import path

from search.views import landscape, question_sets, related, results, suggestions, trust

app_name = "search"

urlpatterns = [
    path("search", results.results, name="results"),
    path("search/suggestions", suggestions.suggestions, name="suggestions"),
    path("documents/<int:document_id>/related", related.related, name="related"),
    path("documents/collections/<int:collection_id>/map", landscape.collection_map, name="map"),
    path("documents/trust", trust.trust, name="trust"),
    path("documents/trust/measure", trust.trust_measure, name="trust_measure"),
    path("review/questions", question_sets.question_list, name="question_list"),
    path("review/questions/<int:question_id>/delete", question_sets.question_delete, name="question_delete"),
]
