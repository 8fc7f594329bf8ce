from django.apps import AppConfig


class UnitsConfig(AppConfig):
    name = "motcua.units"
    label = "units"
    verbose_name = "Đơn vị, cán bộ"
    default_auto_field = "django.db.models.BigAutoField"
