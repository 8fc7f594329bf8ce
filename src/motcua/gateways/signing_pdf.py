"""A signature laid over a PDF, and what a signature found in one is worth (PAdES baseline B; ADR 0010).

The document is not rewritten: the signature is appended, so that what was inspected is what was signed. pyHanko
is imported inside: a process that neither signs nor shows a signature does not pay for it.
"""

from collections.abc import Sequence
from datetime import datetime
from io import BytesIO
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from motcua.desk.ports import NotSignable, SignatureReport

if TYPE_CHECKING:
    from pyhanko.sign.signers import Signer

_HERE = ZoneInfo("Asia/Ho_Chi_Minh")
_FIELD = "KyKetQua"
#: Any of these lets a certificate sign documents; authorities in use set one or both.
_USAGES = frozenset({"digital_signature", "non_repudiation"})

_UNSIGNED = "Tệp này không có chữ ký số. Đề nghị liên hệ nơi trả kết quả."
_UNREADABLE = "Không đọc được chữ ký số của tệp. Đề nghị không dùng tệp này và liên hệ nơi trả kết quả."
_CHANGED = "Tệp đã bị sửa sau khi ký. Đề nghị không dùng tệp này và liên hệ nơi trả kết quả."
_ADDED = "Tệp có phần được thêm vào sau khi ký. Đề nghị không dùng tệp này và liên hệ nơi trả kết quả."
_STRANGER = (
    "Nội dung đúng như khi ký nhưng chưa xác minh được người ký: chứng thư số không do tổ chức được tin cậy cấp"
    " hoặc không còn hiệu lực khi ký. Đề nghị liên hệ nơi trả kết quả."
)


def lay(data: bytes, signer: "Signer", *, name: str, reason: str, at: datetime) -> bytes:
    """The bytes with one invisible signature field appended. Raises NotSignable."""
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign.fields import SigSeedSubFilter
    from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner

    class At(PdfSigner):
        """pyHanko asks this machine's clock; ours is the one that the signed row carries too."""

        def init_signing_session(self, *args: Any, **more: Any) -> Any:
            session = super().init_signing_session(*args, **more)
            session.system_time = at.astimezone(_HERE)
            return session

    try:
        writer = IncrementalPdfFileWriter(BytesIO(data), strict=False)
        meta = PdfSignatureMetadata(
            field_name=_free_field(writer.prev),
            md_algorithm="sha256",
            subfilter=SigSeedSubFilter.PADES,
            name=name,
            reason=reason,
        )
        out: BytesIO = At(meta, signer).sign_pdf(writer)
    except Exception as failure:  # the parser has no list of what a strange file makes it raise
        raise NotSignable from failure
    signed = out.getvalue()
    if not signed.startswith(data):
        raise NotSignable
    return signed


def report(data: bytes, roots: Sequence[x509.Certificate]) -> SignatureReport:
    """The last signature of the file: it is ours, laid over whatever was there before."""
    from pyhanko.pdf_utils.reader import PdfFileReader

    try:
        signatures = PdfFileReader(BytesIO(data), strict=False).embedded_regular_signatures
        return _judged(signatures[-1], data, roots) if signatures else _nothing(_UNSIGNED)
    except Exception:  # as above: whatever cannot be read is not believed
        return _nothing(_UNREADABLE)


def _judged(signature: Any, data: bytes, roots: Sequence[x509.Certificate]) -> SignatureReport:
    from pyhanko.keys import load_certs_from_pemder_data
    from pyhanko.sign.validation import validate_pdf_signature
    from pyhanko.sign.validation.settings import KeyUsageConstraints
    from pyhanko.sign.validation.status import SignatureCoverageLevel
    from pyhanko_certvalidator import ValidationContext

    at = signature.self_reported_timestamp
    pem = b"".join(root.public_bytes(Encoding.PEM) for root in roots)
    trusted = list(load_certs_from_pemder_data(pem)) if pem else []
    found = validate_pdf_signature(
        signature,
        # Nothing is fetched: a page that shows a result does not wait for, or tell, anybody outside.
        signer_validation_context=ValidationContext(
            trust_roots=trusted, moment=at, allow_fetching=False, retroactive_revinfo=True
        ),
        key_usage_settings=KeyUsageConstraints(key_usage=_USAGES, match_all_key_usages=False),
        skip_diff=True,
    )
    intact = bool(found.intact and found.valid) and _fills_its_place(signature, data)
    whole = found.coverage == SignatureCoverageLevel.ENTIRE_FILE
    believed = intact and bool(found.trusted)
    who = _name_on(signature.signer_cert.dump())
    words = _words(intact=intact, whole=whole, believed=believed, who=who, at=at)
    return SignatureReport(intact, believed, whole, who, at, words)


def _fills_its_place(signature: Any, data: bytes) -> bool:
    """Only zeros follow the signature in the gap left for it: no byte of the file is out of account."""
    start, length, after, _ = (int(place) for place in signature.byte_range)
    held = bytes.fromhex(data[start + length + 1 : after - 1].decode("ascii"))
    return not held[_der_length(held) :].strip(b"\0")


def _der_length(held: bytes) -> int:
    """Of the one value at the beginning: tag, length, content."""
    if held[1] < 0x80:
        return 2 + held[1]
    digits = held[1] & 0x7F
    return 2 + digits + int.from_bytes(held[2 : 2 + digits], "big")


def _words(*, intact: bool, whole: bool, believed: bool, who: str, at: datetime | None) -> str:
    if not intact:
        return _CHANGED
    if not whole:
        return _ADDED
    if not believed:
        return _STRANGER
    when = f" lúc {at.astimezone(_HERE):%H:%M ngày %d/%m/%Y}" if at else ""
    return f"Chữ ký số hợp lệ: {who} ký{when}; tệp không bị sửa sau khi ký."


def _nothing(words: str) -> SignatureReport:
    return SignatureReport(False, False, False, "", None, words)


def _name_on(certificate: bytes) -> str:
    names = x509.load_der_x509_certificate(certificate).subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    return " ".join(str(names[0].value).split())[:120] if names else "người ký không rõ tên"


def _free_field(reader: Any) -> str:
    """Another signature may lie there already, under any name."""
    taken = {signature.field_name for signature in reader.embedded_signatures}
    number = next(n for n in range(1, 1000) if f"{_FIELD}{n}" not in taken)
    return f"{_FIELD}{number}"
