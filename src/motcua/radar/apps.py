from django.apps import AppConfig


class RadarConfig(AppConfig):
    name = "motcua.radar"
    label = "radar"
    verbose_name = "Rà soát"
    default_auto_field = "django.db.models.BigAutoField"
