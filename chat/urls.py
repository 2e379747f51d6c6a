"""Addresses of the chat; asking is the home page of the product."""

from django.urls import include, path

from chat.views import answers, choosing, conversations, exporting, feedback, gaps, history, sharing

app_name = "chat"

urlpatterns = [
    path("", conversations.ask, name="ask"),
    path("ask/documents", choosing.document_choice, name="document_choice"),
    path("conversations/", history.conversation_list, name="conversation_list"),
    path("conversations/<int:conversation_id>", conversations.conversation, name="conversation"),
    path("conversations/<int:conversation_id>/rename", history.rename_conversation, name="rename_conversation"),
    path("conversations/<int:conversation_id>/pin", history.pin_conversation, name="pin_conversation"),
    path("conversations/<int:conversation_id>/scope", history.narrow_conversation, name="narrow_conversation"),
    path("conversations/<int:conversation_id>/delete", history.delete_conversation, name="delete_conversation"),
    path("conversations/<int:conversation_id>/share", sharing.share_conversation, name="share_conversation"),
    path("conversations/<int:conversation_id>/export", exporting.conversation_markdown, name="conversation_markdown"),
    path("conversations/<int:conversation_id>/print", exporting.conversation_print, name="conversation_print"),
    path("shared/<uuid:share_key>", sharing.shared, name="shared"),
    path("questions/<int:message_id>/reword", conversations.reword_question, name="reword_question"),
    path("answers/<int:answer_id>/stream", answers.stream, name="answer_stream"),
    path("answers/<int:answer_id>/write", answers.write, name="answer_write"),
    path("answers/<int:answer_id>/stop", answers.stop, name="answer_stop"),
    path("answers/<int:answer_id>/again", answers.again, name="answer_again"),
    path("answers/<int:answer_id>/tools", feedback.answer_tools, name="answer_tools"),
    path("answers/<int:answer_id>/feedback", feedback.answer_feedback, name="answer_feedback"),
    path("answers/<int:answer_id>/copy", exporting.answer_copy, name="answer_copy"),
    path("gaps", gaps.gap_list, name="gap_list"),
    path("gaps/<int:gap_id>/close", gaps.gap_close, name="gap_close"),
    path("gaps/<int:gap_id>/reopen", gaps.gap_reopen, name="gap_reopen"),
    path("review/", include("chat.review.urls")),
]
