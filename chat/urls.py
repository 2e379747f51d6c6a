"""Addresses of the chat; asking is the home page of the product."""

from django.urls import path

from chat.views import answers, conversations

app_name = "chat"

urlpatterns = [
    path("", conversations.ask, name="ask"),
    path("conversations/<int:conversation_id>", conversations.conversation, name="conversation"),
    path("conversations/<int:conversation_id>/rename", conversations.rename_conversation, name="rename_conversation"),
    path("conversations/<int:conversation_id>/widen", conversations.widen_conversation, name="widen_conversation"),
    path("conversations/<int:conversation_id>/delete", conversations.delete_conversation, name="delete_conversation"),
    path("answers/<int:answer_id>/stream", answers.stream, name="answer_stream"),
    path("answers/<int:answer_id>/write", answers.write, name="answer_write"),
    path("answers/<int:answer_id>/stop", answers.stop, name="answer_stop"),
    path("answers/<int:answer_id>/again", answers.again, name="answer_again"),
]
