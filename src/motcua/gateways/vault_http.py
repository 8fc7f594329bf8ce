"""The owners' vaults over HTTP: the desk's papers go to a portal that is another installation."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Final
from uuid import UUID, uuid4

from motcua.desk.ports import FinishedResult, LentFile, LentPaper, NotLent, OfferedPaper, PaperValidity
from motcua.gateways.line import Answer
from motcua.gateways.portal_call import PortalCalls, PortalRefused, line, owed, own_token, unavailable
from motcua.gateways.reading import Body
from motcua.gateways.wire import LineBroken
from motcua.limits.quotas import Quota
from motcua.limits.spending import TooManyAttempts

#: The portal's word for a paper that nobody lent, or that there is not.
_NOT_LENT: Final = "paper_not_lent"
#: … and for who stands at the counter of an organisation without a mandate for this.
_NOT_COVERED: Final = "vault_mandate_wanted"
_LARGEST_FILE: Final = 6 * 1024 * 1024
_KINDS: Final = {
    "application/pdf": "pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
    "application/msword": "doc",
}


class HttpVault:
    """Implements ``desk.ports.OwnersVault`` over the portal's API."""

    def offer(
        self,
        *,
        receipt: str,
        type_codes: Sequence[str],
        procedure_code: str,
        asked_by: str,
        unit_code: str,
        mandate: UUID | None = None,
    ) -> Sequence[OfferedPaper]:
        if not type_codes:
            return []
        question = {
            "receipt": receipt,
            "type_codes": list(type_codes),
            "procedure_code": procedure_code,
            "asked_by": asked_by,
            "unit_code": unit_code,
            **_under(mandate),
        }
        try:
            return [
                _offered(each)
                for each in Body.of(_questions().post("/vault/offers", question)).rows("papers")
            ]
        except PortalRefused as no:
            if no.why == _NOT_COVERED:
                return []
            raise unavailable(no) from no
        except (LineBroken, ValueError) as broken:
            raise unavailable(broken) from broken

    def lend(
        self,
        *,
        receipt: str,
        paper_id: str,
        dossier_code: str,
        asked_by: str,
        unit_code: str,
        key: str,
        procedure_code: str = "",
        mandate: UUID | None = None,
    ) -> LentPaper:
        wanted = {
            "receipt": receipt,
            "paper_id": paper_id,
            "dossier_code": dossier_code,
            "asked_by": asked_by,
            "unit_code": unit_code,
            **_under(mandate, procedure_code),
        }
        if not _is_a_paper(paper_id):
            raise NotLent
        try:
            said = Body.of(_debts().post("/vault/loans", wanted, key=key, deadline=10.0))
            return LentPaper(
                said.text("paper_id"), said.text("type_code"), said.text("name"), said.text("sha256")
            )
        except PortalRefused as no:
            if no.why in (_NOT_LENT, _NOT_COVERED):
                raise NotLent from no
            raise owed(no) from no
        except (LineBroken, ValueError) as broken:
            raise unavailable(broken) from broken

    def put(
        self,
        *,
        receipt: str,
        type_code: str,
        name: str,
        data: bytes,
        file_name: str,
        dossier_code: str,
        held_for: str,
        digitised_by: str,
        unit_code: str,
        key: str,
    ) -> str:
        facts = {
            "receipt": receipt,
            "type_code": type_code,
            "name": name,
            "dossier_code": dossier_code,
            "held_for": held_for,
            "by": digitised_by,
            "unit_code": unit_code,
        }
        return _put("/vault/papers", facts, (file_name, data), key)

    def put_result(
        self,
        *,
        receipt: str,
        result: FinishedResult,
        dossier_code: str,
        held_for: str,
        signed_by: str,
        unit_code: str,
        key: str,
    ) -> str:
        facts = {
            "receipt": receipt,
            "type_code": result.type_code,
            "name": result.name,
            "dossier_code": dossier_code,
            "held_for": held_for,
            "by": signed_by,
            "unit_code": unit_code,
            "number": result.number,
            "issuer": result.issuer,
        }
        if result.issued_on is not None:
            facts["issued_on"] = result.issued_on.isoformat()
        if result.valid_until is not None:
            facts["valid_until"] = result.valid_until.isoformat()
        return _put("/vault/results", facts, (result.file_name, result.data), key)

    def show_results(self, *, dossier_code: str, by: str, unit_code: str) -> None:
        # Saying it twice is harmless, so each saying has a key of its own.
        _say(
            "/vault/results/show", {"dossier_code": dossier_code, "by": by, "unit_code": unit_code}, _fresh()
        )

    def view_lent(
        self, *, paper_id: str, dossier_code: str, asked_by: str, lent_to: str, unit_code: str
    ) -> LentFile:
        wanted = {
            "paper_id": paper_id,
            "dossier_code": dossier_code,
            "asked_by": asked_by,
            "lent_to": lent_to,
            "unit_code": unit_code,
        }
        try:
            reply = _questions().post("/vault/lent-papers/view", wanted, deadline=10.0, most=_LARGEST_FILE)
        except PortalRefused as no:
            if no.status in (404, 422):
                raise NotLent from no
            if no.why == TooManyAttempts.code:
                raise TooManyAttempts(
                    wait_seconds=no.wait_seconds, quota=Quota.PAPERS_OPENED_BY_OFFICER
                ) from no
            raise unavailable(no) from no
        except LineBroken as broken:
            raise unavailable(broken) from broken
        return _file(reply)

    def move(
        self,
        *,
        receipt: str,
        from_subject: str,
        dossier_code: str,
        reason: str,
        asked_by: str,
        approved_by: str,
        unit_code: str,
    ) -> Mapping[str, str]:
        wanted = {
            "receipt": receipt,
            "from_subject": from_subject,
            "dossier_code": dossier_code,
            "reason": reason,
            "asked_by": asked_by,
            "approved_by": approved_by,
            "unit_code": unit_code,
        }
        # The receipt is this correction's own: a lost answer is asked for again under the same key.
        key = f"{receipt}:{dossier_code}"
        return Body.of(_said("/vault/moves", wanted, key)).pairs("moved")

    def note_opened(
        self,
        *,
        receipt: str,
        paper_id: str,
        dossier_code: str,
        asked_by: str,
        unit_code: str,
        key: str,
        viewed: bool = False,
    ) -> None:
        _say(
            "/vault/looks",
            {
                "receipt": receipt,
                "paper_id": paper_id,
                "dossier_code": dossier_code,
                "by": asked_by,
                "unit_code": unit_code,
                "viewed": viewed,
            },
            key,
        )


def _under(mandate: UUID | None, procedure_code: str = "") -> dict[str, str]:
    """Said only of an organisation: a portal that has not heard of it yet goes on answering about everybody else."""
    if mandate is None:
        return {}
    return {"mandate": str(mandate)} | ({"procedure_code": procedure_code} if procedure_code else {})


def _is_a_paper(paper_id: str) -> bool:
    """What cannot be one of the portal's papers is not asked for."""
    try:
        UUID(paper_id)
    except ValueError:
        return False
    return True


@lru_cache(maxsize=1)
def _questions() -> PortalCalls:
    """What somebody waits for on a page."""
    return PortalCalls(line(), own_token(), at_once=8)


@lru_cache(maxsize=1)
def _debts() -> PortalCalls:
    """What the worker delivers."""
    return PortalCalls(line(), own_token(), at_once=4)


def _put(path: str, facts: Mapping[str, str], file: tuple[str, bytes], key: str) -> str:
    try:
        return Body.of(_debts().upload(path, facts, file, key=key)).text("paper_id")
    except (LineBroken, PortalRefused, ValueError) as broken:
        raise owed(broken) from broken


def _say(path: str, wanted: Mapping[str, object], key: str) -> None:
    _said(path, wanted, key)


def _said(path: str, wanted: Mapping[str, object], key: str) -> Answer:
    try:
        return _debts().post(path, wanted, key=key, deadline=10.0)
    except (LineBroken, PortalRefused) as broken:
        raise owed(broken) from broken


def _offered(said: Body) -> OfferedPaper:
    issued_on, valid_until = said.optional("issued_on"), said.optional("valid_until")
    return OfferedPaper(
        paper_id=said.text("paper_id"),
        type_code=said.text("type_code"),
        name=said.text("name"),
        validity=PaperValidity(said.text("validity")),
        issued_on=date.fromisoformat(issued_on) if issued_on else None,
        valid_until=date.fromisoformat(valid_until) if valid_until else None,
        held_for_masked=said.optional("held_for_masked"),
    )


def _file(reply: Answer) -> LentFile:
    kind = _KINDS.get(reply.content_type.partition(";")[0].strip().lower())
    pages = reply.headers.get("paper-pages", "")
    if kind is None or not re.fullmatch("[0-9]{1,5}", pages):
        raise unavailable(LineBroken("not a paper"))
    return LentFile(data=reply.body, kind=kind, pages=int(pages))


def _fresh() -> str:
    return str(uuid4())
