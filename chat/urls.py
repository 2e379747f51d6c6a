"""Addresses of the chat; asking is the home page of the product."""

from django.urls import path

from chat import views

app_name = "chat"

urlpatterns = [
    path("", views.ask, name="ask"),
    path("conversations/<int:conversation_id>", views.conversation, name="conversation"),
    path("conversations/<int:conversation_id>/rename", views.rename_conversation, name="rename_conversation"),
    path("conversations/<int:conversation_id>/widen", views.widen_conversation, name="widen_conversation"),
    path("conversations/<int:conversation_id>/delete", views.delete_conversation, name="delete_conversation"),
    path("answers/<int:answer_id>/stream", views.answer_stream, name="answer_stream"),
    path("answers/<int:answer_id>/write", views.answer_write, name="answer_write"),
    path("answers/<int:answer_id>/stop", views.answer_stop, name="answer_stop"),
    path("answers/<int:answer_id>/again", views.answer_again, name="answer_again"),
]
