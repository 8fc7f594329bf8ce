from django.apps import AppConfig


class GuestsConfig(AppConfig):
    name = "motcua.guests"
    label = "guests"
    verbose_name = "Khách qua Cổng"
    default_auto_field = "django.db.models.BigAutoField"
