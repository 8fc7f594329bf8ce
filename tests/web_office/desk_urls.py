"""The addresses of a desk apart where they differ from those of a portal."""

from django.urls import path

from motcua.config.urls import handler400, handler403, handler404, handler500
from motcua.config.urls import urlpatterns as everywhere
from motcua.web.office import resets_at_desk

__all__ = ["handler400", "handler403", "handler404", "handler500"]

urlpatterns = [
    path("quan-tri/dat-lai-xac-thuc/", resets_at_desk.resets),
    path("quan-tri/dat-lai-xac-thuc/<uuid:public_id>/", resets_at_desk.decide),
    *everywhere,
]
