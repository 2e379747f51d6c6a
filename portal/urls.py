"""All addresses of the portal. The chat is the home page."""

from django.urls import include, path

from portal import views
from portal.audit.views import audit_export, audit_trail
from portal.dashboard.views import dashboard, dashboard_export

urlpatterns = [
    path("", include("portal.accounts.urls")),
    path("language", views.set_language, name="set_language"),
    path("theme", views.set_theme, name="set_theme"),
    path("audit/", audit_trail, name="audit"),
    path("audit/export", audit_export, name="audit_export"),
    path("dashboard/", dashboard, name="dashboard"),
    path("dashboard/export", dashboard_export, name="dashboard_export"),
    path("favicon.ico", views.favicon, name="favicon"),
    path("healthz", views.healthz, name="healthz"),
    path("metrics", views.metrics, name="metrics"),
    path("readyz", views.readyz, name="readyz"),
    path("", include("portal.rights.urls")),
    path("tokens/", include("portal.tokens.urls")),
    path("api/v1/", include("portal.api.urls")),
    path("v1/", include("portal.completions.urls")),
    path("people/", include("portal.people.urls")),
    path("documents/", include("documents.urls")),
    path("", include("search.urls")),
    path("", include("chat.urls")),
]

handler400 = views.bad_request
handler403 = views.permission_denied
handler404 = views.page_not_found
# Of django-allauth, where somebody tries too often.
handler429 = views.too_many_requests
handler500 = views.server_error
