"""Addresses of the sign-in for other systems (SPEC 14)."""

from django.urls import path

from motcua.web.oauth2 import authorising, describing, leaving, tokens

app_name = "oauth2"
urlpatterns = [
    path(".well-known/openid-configuration", describing.configuration, name="configuration"),
    path("oauth2/jwks", describing.keys, name="keys"),
    path("oauth2/authorize", authorising.authorize, name="authorize"),
    path("oauth2/yeu-cau/<uuid:public_id>/", authorising.waiting, name="waiting"),
    path("oauth2/token", tokens.token, name="token"),
    path("oauth2/userinfo", tokens.userinfo, name="userinfo"),
    path("oauth2/logout", leaving.end_session, name="end_session"),
    path("oauth2/revoke", tokens.revoke, name="revoke"),
]
