"""What every button of the one screen of Phụ lục III does first: what was typed is kept, then what was attached."""

from motcua.accounts import application_rows as rows
from motcua.accounts import assistance
from motcua.accounts.assistance import Filled
from motcua.accounts.models import AssistApplication
from motcua.files import card_scan, keeping
from motcua.files.models import StoredFile
from motcua.kernel.authority import Authority


def save(
    *,
    authority: Authority,
    application: AssistApplication | None,
    filled: Filled,
    scan: StoredFile | None,
    kind: str = AssistApplication.Kind.CREATE,
) -> AssistApplication:
    """Start the request or change it, then attach ``scan``. The same data and the same scan void nothing.

    Call it outside any transaction: reading the QR of a scan takes up to seconds. Raises as ``assistance.start``,
    ``change`` and ``attach_scan`` do.
    """
    before = bytes(application.form_hash or b"") if application is not None else b""
    if application is None:
        application = assistance.start(authority=authority, filled=filled, kind=kind)
    else:
        application = assistance.change(authority=authority, application=application, filled=filled)
    if scan is not None and not _is_attached(application, scan):
        assistance.attach_scan(authority=authority, application=application, scan=scan, qr_text=_qr_of(scan))
    elif application.scan is not None and before != bytes(application.form_hash or b""):
        rows.set_comparison(application, assistance.compare_with_scan(filled.data, _qr_of(application.scan)))
    return rows.own_one(authority, application.public_id)


def _is_attached(application: AssistApplication, scan: StoredFile) -> bool:
    held = application.scan
    return held is not None and bytes(held.sha256) == bytes(scan.sha256)


def _qr_of(scan: StoredFile) -> str | None:
    return card_scan.read_card_qr(keeping.read(scan), scan.kind)
