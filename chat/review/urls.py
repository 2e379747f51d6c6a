"""Addresses of the review desk, below those of the chat."""

from django.urls import path

from chat.views import drafting, review_reports, reviews

urlpatterns = [
    path("", reviews.queue, name="review_queue"),
    path("next", reviews.take_next, name="review_next"),
    path("questions/drafts/write", drafting.draft_questions, name="draft_questions"),
    path("export", review_reports.export, name="review_export"),
    path("quality", review_reports.quality_over_time, name="quality"),
    path("corrections", review_reports.correction_list, name="correction_list"),
    path("corrections/<int:correction_id>/take-back", review_reports.correction_take_back, name="correction_take_back"),
    path("<int:answer_id>", reviews.review, name="review"),
    path("<int:answer_id>/renew", reviews.renew, name="review_renew"),
    path("<int:answer_id>/release", reviews.release, name="review_release"),
    path("<int:answer_id>/history", reviews.history, name="review_history"),
]
