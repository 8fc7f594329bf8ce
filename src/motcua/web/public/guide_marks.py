"""The words that stand in addresses of guides; which guides and sheets there are is known at a desk alone, too."""

from django.urls.converters import StringConverter


class GuideSlug(StringConverter):
    """Which guide."""

    regex = "cong-dan|can-bo|tao-tai-khoan|quan-tri"


class SheetName(StringConverter):
    """Which sheet of paper."""

    regex = "to-roi-a5|to-roi-a4|ap-phich"
