"""The code of an SMS provider in an address: it begins with a letter, so nobody's number fits."""

from django.urls.converters import StringConverter


class ProviderCode(StringConverter):
    """Written <sms_provider:…>."""

    regex = "[a-z][a-z0-9-]{0,19}"
