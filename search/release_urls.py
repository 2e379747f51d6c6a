"""Addresses of the releases of the index."""

from django.urls import path

from search.views import release_steps, releases

urlpatterns = [
    path("", releases.release_list, name="release_list"),
    path("new", releases.release_new, name="release_new"),
    path("notice", releases.release_notice, name="release_notice"),
    path("forecasts/<int:planned_id>", releases.release_forecast, name="release_forecast"),
    path("forecasts/<int:planned_id>/again", releases.release_forecast_again, name="release_forecast_again"),
    path("forecasts/<int:planned_id>/begin", releases.release_begin, name="release_begin"),
    path("<int:generation_id>", release_steps.release, name="release"),
    path("<int:generation_id>/activate", release_steps.release_activate, name="release_activate"),
    path("<int:generation_id>/<slug:step>", release_steps.release_step, name="release_step"),
]
