"""Addresses of the search."""

from django.urls import path

from search.views import results

app_name = "search"

urlpatterns = [
    path("search", results.results, name="results"),
]
