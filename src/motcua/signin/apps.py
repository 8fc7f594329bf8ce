from django.apps import AppConfig


class SigninConfig(AppConfig):
    name = "motcua.signin"
    label = "signin"
    verbose_name = "Hệ thống kết nối"
    default_auto_field = "django.db.models.BigAutoField"
