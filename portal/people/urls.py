"""Addresses of people and groups."""

from django.urls import path

from portal.people import members, views

app_name = "people"

urlpatterns = [
    path("", views.person_list, name="person_list"),
    path("new", views.person_create, name="person_create"),
    path("<int:person_id>", views.person_edit, name="person_edit"),
    path("<int:person_id>/password", views.person_password, name="person_password"),
    path("<int:person_id>/second-factor", views.person_second_factor, name="person_second_factor"),
    path("groups", views.group_list, name="group_list"),
    path("groups/new", views.group_create, name="group_create"),
    path("groups/<int:group_id>", views.group_edit, name="group_edit"),
    path("groups/<int:group_id>/members", members.member_list, name="member_list"),
    path("groups/<int:group_id>/members/<int:person_id>", members.set_member, name="set_member"),
    path("groups/<int:group_id>/delete", views.group_delete, name="group_delete"),
]
