"""Builders for the desk's side of the accounts room: officers and scans."""

import hashlib
import itertools
import secrets
from datetime import date, timedelta

from django.utils import timezone

from motcua.files.models import StoredFile
from motcua.kernel.authority import Authority, Power
from motcua.kernel.person_name import PersonName
from motcua.kernel.phone import Phone
from motcua.units import officers, posts
from motcua.units.models import Unit

_serial = itertools.count(1)


def authority_at(unit_code: str, *powers: Power, parent: str | None = None) -> Authority:
    """A new officer with these powers at the unit, which is made when it is not there."""
    nth = next(_serial)
    Unit.objects.get_or_create(
        code=unit_code,
        defaults={
            "name": f"Đơn vị {unit_code}",
            "short_name": unit_code,
            "kind": "SO",
            "has_desk": True,
            "dossier_prefix": f"002.{nth % 100:02d}.{nth // 100:02d}.H08",
            "valid_from": date(2020, 1, 1),
            "parent": Unit.objects.get(code=parent) if parent else None,
        },
    )
    subject = secrets.token_hex(16)
    officer = officers.register(
        subject=subject, full_name=PersonName.parse("Cán Bộ Mẫu"), phone=Phone.parse(f"0987{nth:06d}")
    )
    posts.bootstrap(
        officer_id=officer.pk, unit_code=unit_code, powers=powers, valid_from=date(2020, 1, 1), reason="thử"
    )
    return posts.authority_of(subject, at_unit=unit_code, on=timezone.localdate())


def scan_of(content: str) -> StoredFile:
    """A stored scan as the files room leaves it after all checks."""
    return StoredFile.objects.create(
        purpose="ID_SCAN",
        kind="pdf",
        size=1000,
        sha256=hashlib.sha256(content.encode()).digest(),
        name_sealed=b"x",
        wrapped_key=b"k",
        place=secrets.token_hex(19),
        scan_status="CLEAN",
        antivirus="CLEAN",
        page_count=2,
        purge_after=timezone.now() + timedelta(days=1),
    )
