"""Every address of the system, by audience (SPEC 14)."""

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = []
if not settings.TRAINING:  # first: programs call far more often than people open pages
    urlpatterns.append(path("api/v1/", include("motcua.api.urls")))
urlpatterns += [
    path("", include("motcua.ops.urls")),
    path("", include("motcua.web.public.urls")),
    path("", include("motcua.web.citizen.urls")),
    path("mot-cua/", include("motcua.web.counter.urls")),
    path("quan-tri/", include("motcua.web.office.urls")),
    path("tap-huan/", include("motcua.web.training.urls")),
]
if not settings.TRAINING:  # no other system is connected to a training world
    urlpatterns.append(path("", include("motcua.web.oauth2.urls")))
if settings.SIMULATORS_URL:  # demonstration and tests only
    urlpatterns.append(path("kieu-dang/", include("motcua.web.styleguide")))
handler400 = "motcua.web.refusals.bad_request"
handler403 = "motcua.web.refusals.forbidden"
handler404 = "motcua.web.refusals.not_found"
handler500 = "motcua.web.refusals.broken"
