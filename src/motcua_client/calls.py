"""Every operation of the document, one method each; ``answers`` has the shapes that come back."""

import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, cast

from motcua_client import answers
from motcua_client.line import Line

_API = "/api/v1"
Purpose = Literal["tiep-nhan-ho-so", "sua-chu-ho-so", "bo-nhiem-can-bo", "thanh-tra-nhat-ky"]


@dataclass(frozen=True)
class Officer:
    """Who asks, as the citizen is told: the officer's opaque id at the calling desk, and the unit they sit at."""

    subject: str
    unit_code: str


@dataclass
class Portal:
    """The portal as a system sees it. A write takes a ``key``: the same one does it once, however often it is sent."""

    line: Line

    # -- accounts

    def check_account(
        self,
        *,
        number: str,
        officer: Officer,
        kind: Literal["CITIZEN_ID", "TAX_CODE"] = "CITIZEN_ID",
        old_number: str = "",
        purpose: Purpose = "tiep-nhan-ho-so",
        reference: str = "",
    ) -> answers.AccountFound | answers.AccountNotFound:
        """``answer`` is "found" or "not_found"; Unreachable and Refused mean unknown."""
        body: dict[str, Any] = {
            "number": {"kind": kind, "number": number},
            "purpose": purpose,
            "reference": reference or str(uuid.uuid4()),
            **_asked_by(officer),
        }
        if old_number:
            body["old_number"] = {"kind": "CITIZEN_ID", "number": old_number}
        return cast(answers.AccountFound | answers.AccountNotFound, self._post("/account-checks", body))

    def owner_name(self, *, receipt: str, procedure_code: str, officer: Officer) -> str:
        """The owner's full name, for the slip."""
        body = {"receipt": receipt, "procedure_code": procedure_code, **_asked_by(officer)}
        return str(self._post("/owner-cards", body)["full_name"])

    def usable(self, subjects: Sequence[str]) -> list[answers.SubjectUsable]:
        """For up to 100 known owners, in the order asked."""
        said = self._post("/accounts/usable", {"subjects": list(subjects)})
        return cast(list[answers.SubjectUsable], said["subjects"])

    def representative(
        self, *, organisation: str, number: str, procedure_code: str, officer: Officer
    ) -> answers.Representative:
        """Raises Refused ``mandate_not_standing``."""
        body = {
            "organisation": organisation,
            "number": {"kind": "CITIZEN_ID", "number": number},
            "procedure_code": procedure_code,
            **_asked_by(officer),
        }
        return cast(answers.Representative, self._post("/representatives", body))

    # -- people who are signed in, by their own token

    def signed_in_owner(
        self, *, token: str, purpose: Literal["nop-ho-so-truc-tuyen", "chon-giay-to-cua-minh"]
    ) -> answers.SignedInPerson:
        """Raises Refused ``access_token_not_trusted`` once the session is over."""
        said = self._post("/signed-in-owner", {"purpose": purpose}, token=token)
        return cast(answers.SignedInPerson, said)

    def signed_in_representative(self, *, token: str, procedure_code: str) -> answers.Representative:
        """Who acts for the organisation whose session this is."""
        body = {"procedure_code": procedure_code}
        return cast(answers.Representative, self._post("/signed-in-owner/representative", body, token=token))

    def tell(self, *, subject: str, template: str, facts: Mapping[str, str], key: str) -> None:
        """A notice to the owner, in the portal's words; the fact ``unit`` says whose cost the text is."""
        self._post("/notices", {"subject": subject, "template": template, "facts": dict(facts)}, key=key)

    def reveal_owner(self, *, subject: str, dossier_code: str, what: str, officer: Officer, key: str) -> str:
        """The whole number (``NUMBER``) or phone (``PHONE``) of the owner of a dossier that lies open at the caller.

        To be shown once to the officer who asked, and kept nowhere: the owner sees who looked.
        """
        body = {"subject": subject, "dossier_code": dossier_code, "what": what, **_asked_by(officer)}
        return cast(str, self._post("/owner-reveals", body, key=key)["text"])

    # -- officers

    def reset_officer(
        self, *, subject: str, asked_by: str, approved_by: str, unit_code: str, reason: str, key: str
    ) -> None:
        """Two administrators of the caller agreed: the officer enrols a second factor anew at the next sign-in."""
        body = {
            "subject": subject,
            "asked_by": asked_by,
            "approved_by": approved_by,
            "unit_code": unit_code,
            "reason": reason,
        }
        self._post("/officer-resets", body, key=key)

    # -- what lies at the caller

    def tell_dossiers(self, dossiers: Sequence[Mapping[str, object]], *, key: str) -> int:
        """Up to 100, each whole; how many are of people with an account in use."""
        return int(
            self._post("/dossier-standings", {"dossiers": [dict(one) for one in dossiers]}, key=key)["known"]
        )

    def tell_procedures(self, procedures: Sequence[Mapping[str, object]], *, key: str) -> None:
        """All that the caller receives; what is missing is received no more."""
        self._post("/procedure-standings", {"procedures": [dict(one) for one in procedures]}, key=key)

    # -- the vault

    def offers(
        self,
        *,
        receipt: str,
        type_codes: Sequence[str],
        procedure_code: str,
        officer: Officer,
        mandate: str = "",
    ) -> list[answers.OfferedPaper]:
        """The papers that could serve; ``mandate`` of who stands there for an organisation, once it is known.

        Raises Refused ``vault_mandate_wanted``.
        """
        body = {
            "receipt": receipt,
            "type_codes": list(type_codes),
            "procedure_code": procedure_code,
            **_asked_by(officer),
            **({"mandate": mandate} if mandate else {}),
        }
        return cast(list[answers.OfferedPaper], self._post("/vault/offers", body)["papers"])

    def lend(
        self,
        *,
        receipt: str,
        paper_id: str,
        dossier_code: str,
        officer: Officer,
        key: str,
        mandate: str = "",
        procedure_code: str = "",
    ) -> answers.LentPaper:
        """An organisation's paper: with the ``mandate`` that was used for ``procedure_code``.

        Raises Refused ``paper_not_lent``, ``vault_mandate_wanted``.
        """
        body = {
            "receipt": receipt,
            "paper_id": paper_id,
            "dossier_code": dossier_code,
            **_asked_by(officer),
            **({"mandate": mandate, "procedure_code": procedure_code} if mandate else {}),
        }
        return cast(answers.LentPaper, self._post("/vault/loans", body, key=key))

    def view_lent(
        self, *, paper_id: str, dossier_code: str, officer: Officer, lent_to: str
    ) -> tuple[bytes, str, int]:
        """The bytes, their media type and the number of pages."""
        body = {
            "paper_id": paper_id,
            "dossier_code": dossier_code,
            "lent_to": lent_to,
            **_asked_by(officer),
        }
        answer = self.line.call("POST", f"{_API}/vault/lent-papers/view", body=body)
        pages = int(answer.headers.get("Paper-Pages", "0"))
        return answer.content, str(answer.headers["Content-Type"]), pages

    def put(
        self,
        *,
        receipt: str,
        type_code: str,
        name: str,
        file: tuple[str, bytes],
        dossier_code: str,
        officer: Officer,
        key: str,
        held_for: str = "",
    ) -> str:
        """A digitised component into the owner's vault; its paper id."""
        form = {
            "receipt": receipt,
            "type_code": type_code,
            "name": name,
            "dossier_code": dossier_code,
            "held_for": held_for,
            **_by(officer),
        }
        return self._sent("/vault/papers", form, file, key)

    def put_result(
        self,
        *,
        receipt: str,
        type_code: str,
        name: str,
        file: tuple[str, bytes],
        dossier_code: str,
        officer: Officer,
        key: str,
        **more: str,
    ) -> str:
        """A signed result, hidden until ``show_results``; ``more``: number, issuer, issued_on, valid_until."""
        form = {
            "receipt": receipt,
            "type_code": type_code,
            "name": name,
            "dossier_code": dossier_code,
            **_by(officer),
            **more,
        }
        return self._sent("/vault/results", form, file, key)

    def show_results(self, *, dossier_code: str, officer: Officer, key: str) -> None:
        """They were handed out."""
        self._post("/vault/results/show", {"dossier_code": dossier_code, **_by(officer)}, key=key)

    def move(
        self,
        *,
        receipt: str,
        from_subject: str,
        dossier_code: str,
        reason: str,
        officer: Officer,
        approved_by: str,
        key: str,
    ) -> dict[str, str]:
        """Old paper id to new, of what moved to the vault of the receipt's subject."""
        body = {
            "receipt": receipt,
            "from_subject": from_subject,
            "dossier_code": dossier_code,
            "reason": reason,
            "approved_by": approved_by,
            **_asked_by(officer),
        }
        return cast(dict[str, str], self._post("/vault/moves", body, key=key)["moved"])

    def note_opened(
        self,
        *,
        receipt: str,
        paper_id: str,
        dossier_code: str,
        officer: Officer,
        key: str,
        viewed: bool = False,
    ) -> None:
        """The desk's own copy was opened: the owner sees it."""
        body = {
            "receipt": receipt,
            "paper_id": paper_id,
            "dossier_code": dossier_code,
            "viewed": viewed,
            **_by(officer),
        }
        self._post("/vault/looks", body, key=key)

    def merged_owners(self, since: str | None = None) -> list[answers.MergedOwner]:
        """Owners known here whose two accounts became one (``now``) or two again (empty), oldest first, up to 500.

        Ask again from the ``at`` of the last one; that one comes again.
        """
        return cast(list[answers.MergedOwner], self._post("/accounts/merged", {"since": since})["merged"])

    # -- to compare a day with what this system brought

    def arrived(self, *, day: str) -> list[answers.ArrivalDigest]:
        """How much came on a day (YYYY-MM-DD) and the SHA-256 over its sorted keys, one a line; of each kind."""
        return cast(list[answers.ArrivalDigest], self._post("/arrivals/digests", {"day": day})["digests"])

    def arrived_keys(self, *, kind: answers.ArrivalKind, day: str) -> Iterator[str]:
        """The keys of one kind on one day, in order, page by page."""
        after = ""
        while page := self._post("/arrivals", {"kind": kind, "day": day, "after": after})["keys"]:
            yield from page
            after = page[-1]

    def never_arrived(self, *, kind: answers.ArrivalKind, keys: Sequence[str]) -> list[str]:
        """Which of up to 500 keys came on no day at all."""
        said = self._post("/arrivals/missing", {"kind": kind, "keys": list(keys)})
        return cast(list[str], said["keys"])

    # -- for everybody else

    def events(self, cursor: str = "", limit: int = 100) -> tuple[list[answers.DossierEvent], str]:
        """A page of events and where to go on; keep the cursor, also when nothing came."""
        said = self._get("/dossier-events", cursor=cursor, limit=str(limit))
        return cast(list[answers.DossierEvent], said["events"]), str(said["next"])

    def units(self) -> Iterator[answers.Unit]:
        """All of them, page by page."""
        yield from cast(Iterator[answers.Unit], self._pages("/units", "units", "100"))

    def procedures(self) -> Iterator[answers.Procedure]:
        """All of them, page by page."""
        yield from cast(Iterator[answers.Procedure], self._pages("/procedures", "procedures", "20"))

    def import_procedures(
        self, procedures: Sequence[Mapping[str, Any]], *, key: str, dry_run: bool = True
    ) -> answers.ImportReport:
        """The report of every row; written whole or not at all."""
        body = {"shape": "motcua-thu-tuc-1", "procedures": list(procedures), "dry_run": dry_run}
        return cast(answers.ImportReport, self._post("/procedure-imports", body, key=key))

    def receipt_keys(self) -> list[dict[str, str]]:
        """By which receipts are believed; no token is needed."""
        answer = self.line.call("GET", f"{_API}/receipt-keys", public=True)
        return cast(list[dict[str, str]], answer.json()["keys"])

    def retired_receipt_keys(self) -> list[dict[str, Any]]:
        """By which kept receipts are read again: believed if they were looked at before ``until``."""
        answer = self.line.call("GET", f"{_API}/receipt-keys", public=True)
        return cast(list[dict[str, Any]], answer.json()["retired"])

    def _get(self, path: str, **query: str) -> dict[str, Any]:
        return cast(dict[str, Any], self.line.call("GET", f"{_API}{path}", query=query).json())

    def _post(self, path: str, body: Mapping[str, Any], *, key: str = "", token: str = "") -> dict[str, Any]:
        answer = self.line.call("POST", f"{_API}{path}", body=body, key=key, token=token)
        return cast(dict[str, Any], answer.json())

    def _sent(self, path: str, form: Mapping[str, str], file: tuple[str, bytes], key: str) -> str:
        answer = self.line.call("POST", f"{_API}{path}", form=form, file=file, key=key)
        return str(answer.json()["paper_id"])

    def _pages(self, path: str, name: str, limit: str) -> Iterator[Any]:
        cursor = ""
        while True:
            said = self._get(path, cursor=cursor, limit=limit)
            yield from said[name]
            if not said["next"]:
                return
            cursor = said["next"]


def _asked_by(officer: Officer) -> dict[str, str]:
    return {"asked_by": officer.subject, "unit_code": officer.unit_code}


def _by(officer: Officer) -> dict[str, str]:
    return {"by": officer.subject, "unit_code": officer.unit_code}
