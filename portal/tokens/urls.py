"""Addresses of access tokens."""

from django.urls import path

from portal.tokens import views

app_name = "tokens"

urlpatterns = [
    path("", views.token_list, name="token_list"),
    path("everybody", views.token_everybody, name="token_everybody"),
    path("<int:token_id>/revoke", views.token_revoke, name="token_revoke"),
]
