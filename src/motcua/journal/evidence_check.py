"""Check a file of evidence without the system that made it: Python 3.11 and `cryptography`, nothing else.

    python kiem-tra.py chung-cu.json --public-key khoa-cong-khai.pem

Also takes the ZIP. Answers 0 when everything is proved, 1 and what is wrong, 2 when the file cannot be read.
"""

import argparse
import json
import sys
import zipfile
from collections.abc import Iterator, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_public_key

FORMAT: Final = "motcua-evidence-1"
PARTS: Final = ("head", "lines", "seals", "witnesses", "public_key")
_NOT_IN_THE_HASH: Final = ("hash", "signature")
_MEMBER: Final = "chung-cu.json"


def canonical(document: Any) -> bytes:
    """The one way a document is written: a byte that could be another one would not be covered."""
    return (json.dumps(document, ensure_ascii=False, sort_keys=True, indent=1) + "\n").encode()


def sum_of(part: Any) -> str:
    return sha256(canonical(part)).hexdigest()


def problems(data: bytes, believed: Ed25519PublicKey | None = None) -> list[str]:
    """Everything that is wrong, in the order of the file; empty when each line is proved.

    ``believed`` is the key that the reader had before; without it the file's own key is taken, which proves only
    that the file is of one piece.
    """
    try:
        document = json.loads(data)
    except ValueError as no:
        return [f"Tệp không còn đọc được: {no}"]
    if not isinstance(document, dict) or set(document) != {*PARTS, "sums"}:
        return ["Tệp thiếu hoặc thừa phần: tên phần đã bị đổi"]
    wrong = list(_spelling(data, document))
    wrong += list(_guarded("sums", _sums, document))
    wrong += list(_guarded("public_key", _key_problems, document, believed))
    if not any(found.startswith("public_key") for found in wrong):
        key = believed or _key(document["public_key"])
        wrong += list(_guarded("seals", _seal_problems, document, key))
        wrong += list(_guarded("lines", _line_problems, document))
        wrong += list(_guarded("witnesses", _witness_problems, document, key))
    return wrong


def _guarded(part: str, check: Any, *given: Any) -> Iterator[str]:
    try:
        yield from list(check(*given))
    except (KeyError, ValueError, TypeError, IndexError, AttributeError) as no:
        yield f"{part}: cấu trúc đã bị đổi ({type(no).__name__}: {no})"


def _spelling(data: bytes, document: Any) -> Iterator[str]:
    right = canonical(document)
    if right != data:
        place = next((n for n, (a, b) in enumerate(zip(data, right, strict=False)) if a != b), len(right))
        yield f"Byte thứ {place} không đúng cách viết của tệp"


def _sums(document: Any) -> Iterator[str]:
    if set(document["sums"]) != set(PARTS):
        yield "sums: tên phần đã bị đổi"
    for part in PARTS:
        if document["sums"].get(part) != sum_of(document[part]):
            yield f"sums: phần “{part}” không khớp tổng kiểm"
    if document["head"]["format"] != FORMAT:
        yield "head: không phải định dạng của chương trình này"
    if document["head"]["rows"] != len(document["lines"]):
        yield "head: số dòng ghi ở đầu tệp khác số dòng có trong tệp"


def _key_problems(document: Any, believed: Ed25519PublicKey | None) -> Iterator[str]:
    if believed is not None and fingerprint(believed) != fingerprint(_key(document["public_key"])):
        yield "public_key: khóa trong tệp khác khóa được tin"


def _seal_problems(document: Any, key: Ed25519PublicKey) -> Iterator[str]:
    for nth, seal in enumerate(document["seals"]):
        if not _is_signed(seal, key):
            yield f"seals[{nth}] (dấu niêm số {seal.get('number')}): nội dung hoặc chữ ký đã bị đổi"


def _line_problems(document: Any) -> Iterator[str]:
    seals = {seal["number"]: seal for seal in document["seals"]}
    for nth, line in enumerate(document["lines"]):
        where = f"lines[{nth}] (dòng nhật ký {line.get('id')})"
        seal = seals.get(line["seal"])
        if seal is None:
            yield f"{where}: không có dấu niêm số {line['seal']} trong tệp"
        elif not line["text"].startswith(f"({line['id']},"):
            yield f"{where}: số dòng khác nội dung"
        elif (
            set(line) != {"id", "text", "seal", "place", "path"}
            or _root(line, seal["rows"]) != seal["merkle_root"]
        ):
            yield f"{where}: nội dung hoặc đường Merkle đã bị đổi"


def _witness_problems(document: Any, key: Ed25519PublicKey) -> Iterator[str]:
    for witness in document["witnesses"]:
        head = witness["head"]
        if head is None:
            continue
        if not _is_signed(head, key):
            yield f"witnesses ({witness['name']}): dấu mới nhất của lời chứng đã bị đổi"
        for seal in document["seals"]:
            if witness["hashes"].get(str(seal["number"])) != seal["hash"]:
                yield f"witnesses ({witness['name']}): không nhớ dấu niêm số {seal['number']} như trong tệp"


def _is_signed(seal: Any, key: Ed25519PublicKey) -> bool:
    body = {name: value for name, value in seal.items() if name not in _NOT_IN_THE_HASH}
    written = json.dumps(body, sort_keys=True, separators=(",", ":")).encode()
    if sha256(written).hexdigest() != seal["hash"]:
        return False
    try:
        key.verify(bytes.fromhex(seal["signature"]), bytes.fromhex(seal["hash"]))
    except InvalidSignature:
        return False
    return True


def _root(line: Any, rows: int) -> str:
    """The root that this line leads to; a place outside its batch leads nowhere."""
    if not 0 <= line["place"] < rows:
        return ""
    node = sha256(b"\0" + line["text"].encode()).digest()
    place, width = line["place"], rows
    for other in line["path"]:
        if other:
            beside = bytes.fromhex(other)
            node = sha256(b"\1" + (beside + node if place % 2 else node + beside)).digest()
        elif place != width - 1 or width % 2 == 0:
            return ""
        place, width = place // 2, (width + 1) // 2
    return node.hex() if width == 1 else ""


def _key(pem: str) -> Ed25519PublicKey:
    key = load_pem_public_key(pem.encode())
    if not isinstance(key, Ed25519PublicKey):
        raise ValueError("không phải khóa Ed25519")
    return key


def fingerprint(key: Ed25519PublicKey) -> str:
    return sha256(key.public_bytes(Encoding.Raw, PublicFormat.Raw)).hexdigest()


def read(path: Path) -> bytes:
    """The document itself, out of the ZIP when it lies in one."""
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            return archive.read(_MEMBER)
    return path.read_bytes()


def report(path: Path, public_key: Path | None = None) -> int:
    """Say what is wrong, or that nothing is."""
    try:
        data = read(path)
        believed = _key(public_key.read_text(encoding="utf-8")) if public_key else None
    except (OSError, ValueError, KeyError, zipfile.BadZipFile) as no:
        sys.stdout.write(f"Không đọc được tệp: {no}\n")
        return 2
    wrong = problems(data, believed)
    for found in wrong:
        sys.stdout.write(f"KHÔNG ĐÚNG: {found}\n")
    if wrong:
        return 1
    document = json.loads(data)
    told = sum(witness["head"] is not None for witness in document["witnesses"])
    sys.stdout.write(
        f"Đúng: {len(document['lines'])} dòng, {len(document['seals'])} dấu niêm, {told} lời chứng.\n"
        f"Dấu của khóa công khai: {fingerprint(_key(document['public_key']))}\n"
    )
    if believed is None:
        sys.stdout.write("Khóa lấy từ chính tệp. Đề nghị so dấu trên với đơn vị giữ lời chứng.\n")
    if not told:
        sys.stdout.write("Tệp không có lời chứng nào: chỉ chữ ký được kiểm tra.\n")
    return 0


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Kiểm tra tệp chứng cứ từ nhật ký.")
    parser.add_argument("file", type=Path, help="chung-cu.json hoặc tệp ZIP")
    parser.add_argument("--public-key", type=Path, help="tệp PEM của khóa công khai được tin")
    asked = parser.parse_args(argv)
    return report(asked.file, asked.public_key)


if __name__ == "__main__":
    sys.exit(main())
