from django.apps import AppConfig


class KeysConfig(AppConfig):
    name = "motcua.keys"
    label = "keys"
    verbose_name = "Khóa"
    default_auto_field = "django.db.models.BigAutoField"
