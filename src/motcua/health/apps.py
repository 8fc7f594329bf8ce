from django.apps import AppConfig


class HealthConfig(AppConfig):
    name = "motcua.health"
    label = "health"
    verbose_name = "Tình trạng"
    default_auto_field = "django.db.models.BigAutoField"
