"""Owners with two accounts that were joined, in the same process."""

from collections.abc import Sequence
from datetime import datetime

from django.conf import settings

from motcua.accounts import merge_feed
from motcua.desk.ports import PortalUnavailable
from motcua.desk.ports_merges import Followed
from motcua.gateways import portal_line


class LocalMerges:
    """Implements ``desk.ports_merges.MergedOwners`` over the accounts room."""

    def since(self, moment: datetime | None) -> Sequence[Followed]:
        if not portal_line.line_is_up():
            raise PortalUnavailable
        return [Followed(each.was, each.now, each.at) for each in merge_feed.since(settings.DESK_ID, moment)]
