from django.apps import AppConfig


class VaultConfig(AppConfig):
    name = "motcua.vault"
    label = "vault"
    verbose_name = "Kho dữ liệu"
    default_auto_field = "django.db.models.BigAutoField"
