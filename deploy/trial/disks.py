"""V-16: each kind of disk is filled to the last byte while dossiers with scans come in, and given room again."""

import io
import time
from collections.abc import Sequence
from dataclasses import dataclass

import pikepdf

from deploy.trial import arrangement, cluster, ledger, nodes, processes
from deploy.trial.figures import Row
from deploy.trial.ground import APP, DATA, FILES, LOG, TEMPORARY, Disk
from deploy.trial.load import Crowd, Told

_TIMES = 3
_FULL_FOR = 12.0
_BACK_WITHIN = 300.0


@dataclass(frozen=True, slots=True)
class Case:
    """Which disks of which kind, and whether somebody has to be turned away while they are full."""

    words: str
    rounds: tuple[Sequence[Disk], ...]
    refuses: bool


def cases() -> list[Case]:
    primary = cluster.primary() or APP[0]
    one, both = DATA[primary.name], tuple(DATA.values())
    return [
        Case("kho tệp", ((FILES,),) * _TIMES, refuses=True),
        Case("ổ tạm", ((TEMPORARY,),) * _TIMES, refuses=False),
        Case("ổ nhật ký chạy (log)", ((LOG,),) * _TIMES, refuses=False),
        Case("ổ cơ sở dữ liệu của máy chính, rồi của cả hai máy", ((one,), both, both), refuses=True),
    ]


def prove() -> bool:
    return not [case for case in cases() if not _prove(case)]


def _prove(case: Case) -> bool:
    processes.until(cluster.is_whole, 120, "the cluster is not whole")
    waits = []
    with Crowd(arrangement.people(), a_second=20, hands=24, scan=_scan()) as crowd:
        time.sleep(4)
        for disks in case.rounds:
            ledger.rest_budgets()
            for disk in disks:
                disk.fill()
            time.sleep(_FULL_FOR)
            for disk in disks:
                disk.empty()
            waits.append(_until_received(crowd.told))
            processes.until(cluster.is_whole, _BACK_WITHIN, f"{case.words}: not whole again", every=0.5)
            time.sleep(3)
    return _judge(case, crowd.told, waits)


def _judge(case: Case, told: Told, waits: list[float]) -> bool:
    told.describe()
    row = Row("V-16", f"đầy {case.words}")
    said = nodes.once(APP[0], script="deploy.trial.reread", more=(told.note,))
    read, broken = (int(word) for word in said.split())
    missing = max(0, len(told.dossiers) - read)
    good = [
        row.none("bản quét của hồ sơ đã báo xong mà không đọc lại được", read, broken + missing),
        row.at_most("nhận lại được sau khi có chỗ (giây, lâu nhất)", len(waits), max(waits), _BACK_WITHIN),
        row.none("câu trả lời 5xx không có lời tử tế", sum(told.unheard.values()), told.unkind),
        ledger.compare(row, told),
    ]
    if case.refuses:
        good.append(row.at_least("câu trả lời 503 có lời", sum(told.unheard.values()), told.kind, _TIMES))
    return all(good)


def _until_received(told: Told) -> float:
    """Until a dossier with its scan was received that nobody had acknowledged before."""
    before = len(told.dossiers)
    return processes.until(lambda: len(told.dossiers) > before, _BACK_WITHIN, "nothing is received again")


def _scan() -> bytes:
    """A page of writing, large enough that it does not fit into what is left."""
    pdf = pikepdf.new()
    pdf.add_blank_page(page_size=(595, 842))
    pdf.pages[-1].Contents = pdf.make_stream(b"BT /F1 12 Tf 72 720 Td (Xin chao) Tj ET\n" * 400)
    out = io.BytesIO()
    pdf.save(out, deterministic_id=True, compress_streams=False)
    return out.getvalue()
