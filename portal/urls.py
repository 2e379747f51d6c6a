"""All addresses of the portal. The chat is the home page."""

from django.contrib.auth.views import LogoutView
from django.urls import include, path

from portal import views

urlpatterns = [
    path("sign-in", views.SignIn.as_view(), name="sign_in"),
    path("sign-out", LogoutView.as_view(), name="sign_out"),
    path("password", views.ChangePassword.as_view(), name="change_password"),
    path("language", views.set_language, name="set_language"),
    path("theme", views.set_theme, name="set_theme"),
    path("healthz", views.healthz, name="healthz"),
    path("people/", include("portal.people.urls")),
    path("documents/", include("documents.urls")),
    path("", include("search.urls")),
    path("", include("chat.urls")),
]

handler400 = views.bad_request
handler403 = views.permission_denied
handler404 = views.page_not_found
handler500 = views.server_error
