"""What gateways let others carry sealed; they have no tables and declare nothing themselves."""

from datetime import timedelta
from typing import Final

from django.conf import settings

from motcua.keys.registry import Carried

#: The longest form that a receipt of Cổng DVCQG is shown with; asked about only where a province is connected so.
_LONGEST_FORM: Final = timedelta(hours=12)

CARRIED: Final = (
    Carried("gateways.portal_signin", timedelta(minutes=30)),
    Carried("gateways.vneid", timedelta(minutes=30)),
    Carried("gateways.vneid.person", timedelta(minutes=30)),
    Carried("gateways.dvcqg.number", _LONGEST_FORM if settings.DVCQG_ACCOUNTS_URL else timedelta(0)),
)
