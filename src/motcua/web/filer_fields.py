"""Nộp thay: the boxes in which standing, proof, filer and person concerned are said; at the counter and online."""

from collections.abc import Mapping, Sequence
from typing import Any, cast

from django import forms
from django.utils import timezone

from motcua.desk import relations
from motcua.desk.relations import Concerned, Kind, Relation, Right
from motcua.desk.submission import Filer, PersonConcerned
from motcua.web.day_field import DayField
from motcua.web.forms_base import (
    BirthDateField,
    CitizenIdField,
    Form,
    PersonNameField,
    PlainTextField,
)

OWNER = "OWNER"
OWNER_WORDS = "Chủ hồ sơ nộp việc của mình"

#: The boxes beside the standing.
BOXES = (
    "proof", "proof_number", "proof_on", "right_until", "filer_name", "person_name", "person_born", "person_relation",
)  # fmt: skip


class FilerFields(Form):
    """Standing OWNER and nothing else filled in: the usual case."""

    standing = forms.ChoiceField(label="Tư cách người nộp", required=False)
    proof = forms.ChoiceField(label="Giấy tờ chứng minh quyền nộp thay", required=False)
    proof_number = PlainTextField(label="Số giấy tờ", max_length=60, required=False)
    proof_on = DayField(label="Ngày cấp, ngày lập", required=False)
    right_until = DayField(
        label="Có hiệu lực đến hết ngày", required=False, help_text="Bắt buộc khi nộp theo ủy quyền."
    )
    filer_name = PersonNameField(
        label="Họ và tên người nộp", required=False, help_text="Khi người nộp là người được ủy quyền."
    )
    person_name = PersonNameField(label="Họ và tên người được giải quyết", required=False)
    person_born = BirthDateField(
        label="Ngày sinh người được giải quyết", required=False, help_text="Bắt buộc với người dưới 18 tuổi."
    )
    person_relation = PlainTextField(
        label="Quan hệ với chủ hồ sơ", max_length=120, required=False, help_text="Ví dụ: con, cháu, cha, mẹ."
    )

    representative = CitizenIdField(
        label="Số CMND/CCCD của người đại diện",
        required=False,
        help_text="Người đang nộp, đã được ghi nhận là người đại diện của tổ chức.",
    )

    relations: Sequence[Relation] = ()
    _owner_may = True

    def ask_standing(
        self, procedure: Any, *, organisation: bool = False, without: frozenset[Kind] = frozenset()
    ) -> None:
        """Offer what this procedure lets people be; called once, after the boxes are made."""
        for name in BOXES if organisation else ("representative",):
            self.fields.pop(name, None)
        found = relations.relations_for(procedure, on=timezone.localdate(), organisation=organisation)
        self.relations = [each for each in found if each.kind not in without]
        choices = [(each.kind.value, each.words) for each in self.relations]
        self._owner_may = relations.owner_may_ask(procedure) and not organisation
        if self._owner_may:
            choices.insert(0, (OWNER, OWNER_WORDS))
        elif len(choices) != 1:
            choices.insert(0, ("", "Chọn tư cách nộp hồ sơ"))
        cast(forms.ChoiceField, self.fields["standing"]).choices = choices
        if not organisation:
            cast(forms.ChoiceField, self.fields["proof"]).choices = [
                ("", "Chọn loại giấy tờ"),
                *self._papers(),
            ]
        for name in ("standing", "proof"):
            if name not in self.fields:
                continue
            self.fields[name].widget.attrs["class"] = "form-select"
        for name in ("filer_name", "person_name", "person_born", "proof_number", "proof_on", "right_until"):
            if name in self.fields:
                self.fields[name].widget.attrs["autocomplete"] = "off"

    def _papers(self) -> list[tuple[str, list[tuple[str, str]]]]:
        """Grouped by the standing they prove."""
        return [
            (each.words, [(f"{each.kind.value}.{proof.code}", proof.name) for proof in each.proofs])
            for each in self.relations
        ]

    @property
    def for_another(self) -> bool:
        """Whether the boxes are drawn open."""
        names = [name for name in BOXES if name in self.fields]
        if any(self[name].value() for name in names) or any(
            self[name].errors for name in ("standing", *names)
        ):
            return True
        return not self._owner_may or self["standing"].value() not in {None, "", OWNER}

    def clean_filer(self, given: Mapping[str, Any]) -> None:
        """What the standing asks for is said beside its box; the desk and the database ask once more."""
        said = [name for name in BOXES if given.get(name)]
        relation = self._relation(given)
        if relation is None:
            if said and "standing" not in self.errors:
                self.add_error(
                    "standing", "Đề nghị chọn tư cách nộp hồ sơ và ghi giấy tờ chứng minh quyền nộp thay."
                )
            return
        if relation.kind == Kind.ORGANISATION:
            self._want("representative", given, "Đề nghị nhập số CMND/CCCD của người đại diện.")
            return
        self._want("proof", given, "Đề nghị chọn giấy tờ chứng minh quyền nộp thay.")
        proof = str(given.get("proof") or "")
        if proof and not proof.startswith(f"{relation.kind.value}."):
            self.add_error("proof", f"Đề nghị chọn giấy tờ dành cho: {relation.words.lower()}.")
        self._want("proof_number", given, "Đề nghị ghi số của giấy tờ chứng minh.")
        self._want("proof_on", given, "Đề nghị ghi ngày cấp hoặc ngày lập giấy tờ chứng minh.")
        if given.get("proof_on") and given["proof_on"] > timezone.localdate():
            self.add_error("proof_on", "Ngày cấp không thể sau hôm nay. Đề nghị xem lại trên giấy tờ.")
        if relation.kind == Kind.AUTHORISED:
            self._want("filer_name", given, "Đề nghị ghi họ và tên người được ủy quyền.")
            self._want("right_until", given, "Đề nghị ghi ngày hết hiệu lực của việc ủy quyền.")
        if relation.concerned is not Concerned.NONE:
            self._want("person_name", given, "Đề nghị ghi họ và tên người được giải quyết.")
        if relation.concerned is Concerned.MINOR:
            self._want("person_born", given, "Đề nghị ghi ngày sinh của người chưa thành niên.")

    def _want(self, name: str, given: Mapping[str, Any], words: str) -> None:
        if name in self.fields and not given.get(name) and name not in self.errors:
            self.add_error(name, words)

    def _relation(self, given: Mapping[str, Any]) -> Relation | None:
        kind = given.get("standing") or ""
        if not kind and len(self.relations) == 1 and self.relations[0].kind == Kind.ORGANISATION:
            return self.relations[0]
        return next((each for each in self.relations if each.kind == kind), None)

    def filer(self) -> Filer:
        """Only a name of its own when another stands at the counter."""
        relation, name = self._relation(self.cleaned_data), self.cleaned_data.get("filer_name")
        return Filer(name.value if name and relation and relation.filed_by_another else "")

    def person(self) -> PersonConcerned:
        given = self.cleaned_data
        name, born = given.get("person_name"), given.get("person_born")
        return PersonConcerned(
            name.value if name else "", born.shown if born else "", given.get("person_relation", "")
        )

    def right(self) -> Right | None:
        """None: the owner files."""
        given, relation = self.cleaned_data, self._relation(self.cleaned_data)
        if relation is None or relation.kind == Kind.ORGANISATION:
            return None
        return Right(
            kind=relation.kind,
            proof_code=str(given.get("proof") or "").partition(".")[2],
            proof_number=given.get("proof_number") or "",
            proof_on=given.get("proof_on"),
            until=given.get("right_until"),
        )
