from django.apps import AppConfig
from django.urls import register_converter


class WebConfig(AppConfig):
    name = "motcua.web"
    label = "web"
    verbose_name = "Trang cho người dùng"

    def ready(self) -> None:
        from motcua.web import page_numbers

        register_converter(page_numbers.PageNumber, "page")
        register_converter(page_numbers.RowNumber, "row")
        register_converter(page_numbers.ProviderCode, "sms_provider")
