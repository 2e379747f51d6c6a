"""Addresses of rights, below those of the collection or the person that they are about."""

from django.urls import path

from portal.rights import views

app_name = "rights"

urlpatterns = [
    path("documents/collections/<int:collection_id>/access", views.collection_access, name="collection"),
    path("documents/collections/<int:collection_id>/access/people", views.collection_people, name="collection_people"),
    path(
        "documents/collections/<int:collection_id>/access/people.csv", views.collection_export, name="collection_export"
    ),
    path("documents/collections/<int:collection_id>/access/set", views.set_right, name="set_right"),
    path("people/<int:person_id>/access", views.person_access, name="person"),
    path("people/<int:person_id>/access.csv", views.person_export, name="person_export"),
]
