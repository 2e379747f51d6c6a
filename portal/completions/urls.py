"""Addresses of the OpenAI protocol, below the base URL that its clients are given: …/v1."""

from django.urls import path

from portal.completions import views

app_name = "completions"

urlpatterns = [
    path("chat/completions", views.completions, name="completions"),
    path("models", views.models, name="models"),
    path("models/<path:name>", views.model, name="model"),
]
