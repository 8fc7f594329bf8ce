"""Addresses of the one-stop desk (SPEC 14). Below the three stable ones every id is an opaque uuid."""

from django.urls import path

from motcua.web.counter import home

app_name = "counter"
urlpatterns = [
    path("", home.home, name="home"),
]
