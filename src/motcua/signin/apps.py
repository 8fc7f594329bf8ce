import logging

from django.apps import AppConfig
from django.conf import settings

log = logging.getLogger(__name__)


class SigninConfig(AppConfig):
    name = "motcua.signin"
    label = "signin"
    verbose_name = "Hệ thống kết nối"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Where the other machines have a file that this one lacks, its tokens would be refused by them unseen."""
        if not settings.KEYRING.keys_apart:
            log.warning("signin.token_key_missing")
