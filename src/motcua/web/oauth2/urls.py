"""Addresses of the sign-in for other systems (SPEC 14); at a desk apart only those for systems in their own name.

The others do not exist there, and lead nowhere: a system must not take the desk for the portal (ADR 0042).
"""

from django.conf import settings
from django.urls import path

from motcua.web.oauth2 import describing, tokens

app_name = "oauth2"
urlpatterns = [
    path(".well-known/oauth-authorization-server", describing.configuration, name="server"),
    path("oauth2/jwks", describing.keys, name="keys"),
    path("oauth2/token", tokens.token, name="token"),
]
if settings.HOSTS_PORTAL:
    from motcua.web.oauth2 import authorising, leaving, people_tokens

    urlpatterns += [
        path(".well-known/openid-configuration", describing.configuration, name="configuration"),
        path("oauth2/authorize", authorising.authorize, name="authorize"),
        path("oauth2/yeu-cau/<uuid:public_id>/", authorising.waiting, name="waiting"),
        path("oauth2/userinfo", people_tokens.userinfo, name="userinfo"),
        path("oauth2/logout", leaving.end_session, name="end_session"),
        path("oauth2/revoke", people_tokens.revoke, name="revoke"),
    ]
