from django.apps import AppConfig


class ProtectionConfig(AppConfig):
    name = "motcua.protection"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = "bảo vệ dữ liệu"
