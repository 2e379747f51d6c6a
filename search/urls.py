"""Addresses of the search."""

from django.urls import path

from search.views import related, results, suggestions

app_name = "search"

urlpatterns = [
    path("search", results.results, name="results"),
    path("search/suggestions", suggestions.suggestions, name="suggestions"),
    path("documents/<int:document_id>/related", related.related, name="related"),
]
