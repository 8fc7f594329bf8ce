"""Which acts of the journal show, take along, ask about, make or change somebody's data, and which data.

Every event of the journal is either here or among those that show nothing of a person; a test compares both with
the list of events, so that a new act is asked about.
"""

from enum import StrEnum
from typing import Final, NamedTuple


class Act(StrEnum):
    """What was done to the data."""

    LOOKED = "LOOKED"
    REVEALED = "REVEALED"
    TAKEN = "TAKEN"
    ASKED = "ASKED"
    MADE = "MADE"
    CHANGED = "CHANGED"


class Data(StrEnum):
    """Kinds of data, as the authority is told of them."""

    EXISTENCE = "EXISTENCE"
    NAME = "NAME"
    NUMBER = "NUMBER"
    PHONE = "PHONE"
    SCAN = "SCAN"
    PROOF = "PROOF"
    PAPER = "PAPER"
    DOSSIER = "DOSSIER"
    RESULT = "RESULT"
    ACCOUNT = "ACCOUNT"


ACT_WORDS: Final = {
    Act.LOOKED: "Xem",
    Act.REVEALED: "Xem đầy đủ",
    Act.TAKEN: "Lấy ra, in",
    Act.ASKED: "Tra cứu, kiểm tra",
    Act.MADE: "Tạo mới",
    Act.CHANGED: "Thay đổi",
}
DATA_WORDS: Final = {
    Data.EXISTENCE: "Có hay không có tài khoản; tên đã che, ba số cuối",
    Data.NAME: "Họ tên",
    Data.NUMBER: "Số định danh đầy đủ",
    Data.PHONE: "Số điện thoại đầy đủ",
    Data.SCAN: "Bản quét CMND/CCCD, giấy đề nghị",
    Data.PROOF: "Giấy tờ chứng minh kèm đề nghị",
    Data.PAPER: "Giấy tờ trong kho dữ liệu",
    Data.DOSSIER: "Hồ sơ: họ tên, thông tin liên hệ, thành phần",
    Data.RESULT: "Kết quả giải quyết",
    Data.ACCOUNT: "Thông tin tài khoản",
}


class Exposure(NamedTuple):
    act: Act
    data: Data


_A, _D = Act, Data
EXPOSING: Final = {
    "accounts.data.revealed": Exposure(_A.REVEALED, _D.SCAN),
    "accounts.owner.revealed": Exposure(_A.REVEALED, _D.NUMBER),
    "desk.owner.revealed": Exposure(_A.REVEALED, _D.NUMBER),
    "accounts.name.shown": Exposure(_A.LOOKED, _D.NAME),
    "accounts.application.paper_opened": Exposure(_A.LOOKED, _D.SCAN),
    "accounts.application.paper_printed": Exposure(_A.TAKEN, _D.ACCOUNT),
    "accounts.adjustment.evidence_opened": Exposure(_A.LOOKED, _D.PROOF),
    "accounts.mandate_proof.viewed": Exposure(_A.LOOKED, _D.PROOF),
    "accounts.merge.evidence_opened": Exposure(_A.LOOKED, _D.PROOF),
    "accounts.merge.asked": Exposure(_A.CHANGED, _D.ACCOUNT),
    "accounts.merge.agreed": Exposure(_A.CHANGED, _D.ACCOUNT),
    "accounts.merge.completed": Exposure(_A.CHANGED, _D.ACCOUNT),
    "accounts.account.taken_over": Exposure(_A.CHANGED, _D.ACCOUNT),
    "accounts.guardianship.begun": Exposure(_A.CHANGED, _D.ACCOUNT),
    "accounts.guardianship.taken_back": Exposure(_A.CHANGED, _D.ACCOUNT),
    "accounts.vneid.unlink_asked": Exposure(_A.CHANGED, _D.ACCOUNT),
    "accounts.vneid.unlinked": Exposure(_A.CHANGED, _D.ACCOUNT),
    "accounts.vneid.parted": Exposure(_A.CHANGED, _D.ACCOUNT),
    "accounts.account.opened_assisted": Exposure(_A.MADE, _D.ACCOUNT),
    "accounts.application.begun": Exposure(_A.MADE, _D.ACCOUNT),
    "accounts.application.scan_attached": Exposure(_A.MADE, _D.SCAN),
    "accounts.application.paper_attached": Exposure(_A.MADE, _D.SCAN),
    "accounts.organisation.registered": Exposure(_A.MADE, _D.ACCOUNT),
    "accounts.adjustment.requested": Exposure(_A.CHANGED, _D.ACCOUNT),
    "accounts.adjustment.used": Exposure(_A.CHANGED, _D.ACCOUNT),
    "accounts.phone.changed_at_desk": Exposure(_A.CHANGED, _D.PHONE),
    "accounts.password.sent_again": Exposure(_A.CHANGED, _D.ACCOUNT),
    "accounts.password.sent_rested": Exposure(_A.CHANGED, _D.ACCOUNT),
    "accounts.shared_phone.asked": Exposure(_A.CHANGED, _D.PHONE),
    "accounts.shared_phone.approved": Exposure(_A.CHANGED, _D.PHONE),
    "accounts.mandate_request.asked": Exposure(_A.CHANGED, _D.ACCOUNT),
    "accounts.mandate_request.approved": Exposure(_A.CHANGED, _D.ACCOUNT),
    "accounts.mandate.granted": Exposure(_A.CHANGED, _D.ACCOUNT),
    "accounts.mandate.revoked": Exposure(_A.CHANGED, _D.ACCOUNT),
    "desk.account.checked": Exposure(_A.ASKED, _D.EXISTENCE),
    "desk.person.asked": Exposure(_A.ASKED, _D.EXISTENCE),
    "desk.dossier.seen": Exposure(_A.LOOKED, _D.DOSSIER),
    "desk.component.opened": Exposure(_A.TAKEN, _D.DOSSIER),
    "desk.component.viewed": Exposure(_A.LOOKED, _D.DOSSIER),
    "desk.result.opened": Exposure(_A.TAKEN, _D.RESULT),
    "desk.owner_evidence.opened": Exposure(_A.TAKEN, _D.PROOF),
    "desk.owner_evidence.viewed": Exposure(_A.LOOKED, _D.PROOF),
    "desk.slip.printed": Exposure(_A.TAKEN, _D.DOSSIER),
    "desk.visitor.guided": Exposure(_A.TAKEN, _D.EXISTENCE),
    "desk.dossier.received": Exposure(_A.MADE, _D.DOSSIER),
    "desk.dossier.provisionally_received": Exposure(_A.MADE, _D.DOSSIER),
    "desk.dossier.corrected": Exposure(_A.CHANGED, _D.DOSSIER),
    "desk.dossier.owner_corrected": Exposure(_A.CHANGED, _D.DOSSIER),
    "desk.dossier.name_accepted": Exposure(_A.CHANGED, _D.DOSSIER),
    "desk.dossier.number_put_right": Exposure(_A.CHANGED, _D.DOSSIER),
    "desk.dossier.digitised": Exposure(_A.CHANGED, _D.DOSSIER),
    "desk.dossier.result_attached": Exposure(_A.CHANGED, _D.RESULT),
    "desk.dossier.returned": Exposure(_A.CHANGED, _D.RESULT),
    "vault.paper.opened": Exposure(_A.TAKEN, _D.PAPER),
    "vault.paper.shown": Exposure(_A.LOOKED, _D.PAPER),
    "vault.paper.offered": Exposure(_A.LOOKED, _D.PAPER),
    "vault.paper.lent": Exposure(_A.TAKEN, _D.PAPER),
    "vault.paper.kept": Exposure(_A.MADE, _D.PAPER),
    "vault.own_papers.asked": Exposure(_A.LOOKED, _D.PAPER),
    "vault.paper_evidence.viewed": Exposure(_A.LOOKED, _D.PROOF),
    "vault.correction.asked": Exposure(_A.CHANGED, _D.PAPER),
    "vault.correction.approved": Exposure(_A.CHANGED, _D.PAPER),
    "vault.paper_correction.asked": Exposure(_A.CHANGED, _D.PAPER),
    "vault.paper_correction.approved": Exposure(_A.CHANGED, _D.PAPER),
}
#: What was shown whole, where the line says it (``facts.what`` of a reveal).
REVEALED: Final = {"NUMBER": Data.NUMBER, "PHONE": Data.PHONE, "SCAN": Data.SCAN, "SIGNED_PAPER": Data.SCAN}
#: Lists that left as files or paper, and searches: the journal counts their rows and names none of the people.
LISTS: Final = (
    "accounts.list.exported",
    "accounts.class_list.begun",
    "accounts.class_list.exported",
    "accounts.class_list.printed",
    "accounts.class_list.handed_over",
    "accounts.class_row.opened",
    "desk.register.exported",
    "desk.group.opened",
    "desk.group.printed",
    "desk.person.searched",
    "journal.evidence.exported",
    "journal.inspection.begun",
    "protection.breach.made",
    "protection.breach.exported",
    "protection.breach.listed",
)
#: Questions about a number are read where the owner reads them (``accounts.affected.questions``).
ASKED_BY_NUMBER: Final = ("accounts.look_up.made",)


def exposure_of(event: str, what: str) -> Exposure:
    """A reveal says itself what was shown."""
    found = EXPOSING[event]
    return found._replace(data=REVEALED[what]) if what in REVEALED else found
