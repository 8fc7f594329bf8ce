from django.apps import AppConfig


class LimitsConfig(AppConfig):
    name = "motcua.limits"
    label = "limits"
    verbose_name = "Hạn mức"
    default_auto_field = "django.db.models.BigAutoField"
