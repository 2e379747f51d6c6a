"""Addresses of the model bench."""

from django.urls import path

from search.views import bench

urlpatterns = [
    path("", bench.bench, name="bench"),
    path("<int:run_id>", bench.bench_run, name="bench_run"),
    path("<int:run_id>/cancel", bench.bench_cancel, name="bench_cancel"),
    path("<int:run_id>/questions", bench.bench_questions, name="bench_questions"),
    path("<int:run_id>/figures.<str:kind>", bench.bench_export, name="bench_export"),
]
