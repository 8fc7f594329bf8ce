"""The outside, played for demonstration and tests. Never importable in production."""

import os

_ALLOWED = {"", "motcua.config.settings_dev", "motcua.config.settings_test"}

if os.environ.get("DJANGO_SETTINGS_MODULE", "") not in _ALLOWED:
    raise ImportError("Hệ thống mô phỏng không chạy cùng cấu hình vận hành thật.")
