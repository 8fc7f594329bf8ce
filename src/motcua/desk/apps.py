from django.apps import AppConfig


class DeskConfig(AppConfig):
    name = "motcua.desk"
    label = "desk"
    verbose_name = "Một cửa"
    default_auto_field = "django.db.models.BigAutoField"
