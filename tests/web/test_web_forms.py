import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile

from motcua.kernel.birth_date import BirthDate
from motcua.kernel.card_qr import CardQr
from motcua.kernel.citizen_id import CitizenId
from motcua.kernel.person_name import PersonName
from motcua.kernel.phone import Phone
from motcua.kernel.tax_code import TaxCode
from motcua.web import forms_base

CARD = "052090000123|052000123|Nguyễn Thị Mẫu|05091990|Nữ|Quy Nhơn, Bình Định|01012022"
UNREADABLE = ["a\x00b", "a\ud800b", "9" * 1_000_000, "\ud800" * 70, "\x00" * 19_000]

FIELDS: dict[str, forms.Field] = {
    "citizen_id": forms_base.CitizenIdField(),
    "owner": forms_base.CitizenIdOrTaxCodeField(),
    "card_qr": forms_base.CardQrField(),
    "phone": forms_base.PhoneField(),
    "full_name": forms_base.PersonNameField(),
    "birth_date": forms_base.BirthDateField(),
    "email": forms_base.EmailField(),
    "note": forms_base.PlainTextField(label="Ghi chú", max_length=50),
    "passcode": forms_base.PasscodeField(),
    "password": forms_base.PasswordField(max_length=1024),
}


def form_of(field: forms.Field, **posted: object) -> forms_base.Form:
    return type("One", (forms_base.Form,), {"box": field})(posted)


@pytest.mark.parametrize(
    ("name", "typed", "value"),
    [
        ("citizen_id", " 052 090.000-123 ", CitizenId.parse("052090000123")),
        ("citizen_id", f"{CARD}\r\n", CitizenId.parse("052090000123")),
        ("owner", "052000123", CitizenId.parse("052000123")),
        ("owner", "0100233488", TaxCode.parse("0100233488")),
        ("card_qr", CARD, CardQr.parse(CARD)),
        ("phone", "+84 900 000 001", Phone.parse("0900000001")),
        ("full_name", "H'Hen  Niê", PersonName.parse("H'Hen Niê")),
        ("birth_date", "05/09/1990", BirthDate.parse("05/09/1990")),
        ("note", " có  ghi chú ", "có  ghi chú"),
        ("passcode", " 123 456 ", "123456"),
        ("password", "  Hai dấu cách 1!  ", "  Hai dấu cách 1!  "),
    ],
)
def test_a_field_yields_a_value_that_cannot_be_wrong(name: str, typed: str, value: object) -> None:
    form = form_of(FIELDS[name], box=typed)

    assert form.is_valid(), form.errors
    assert form.cleaned_data["box"] == value


@pytest.mark.parametrize("name", list(FIELDS))
@pytest.mark.parametrize("typed", UNREADABLE, ids=["nul", "surrogate", "a megabyte", "surrogates", "nuls"])
def test_what_no_keyboard_types_is_said_beside_the_field(name: str, typed: str) -> None:
    form = form_of(FIELDS[name], box=typed)

    assert not form.is_valid()
    assert form.errors["box"][0].endswith(".")


@pytest.mark.parametrize("name", sorted(set(FIELDS) - {"card_qr"}))
def test_an_empty_required_field_is_asked_for_politely(name: str) -> None:
    form = form_of(FIELDS[name], box="")

    asked = form.errors["box"][0]
    assert asked.startswith(("Đề nghị ông/bà nhập ", "Ông/bà chưa nhập ")) and "Đề nghị" in asked


@pytest.mark.parametrize("typed", ["٠٥٢٠٩٠٠٠٠١٢٣", "05209000012", "052090000123x", "１２３４５６７８９"])
def test_only_ascii_digits_make_a_citizen_number(typed: str) -> None:
    assert "12 chữ số" in form_of(FIELDS["citizen_id"], box=typed).errors["box"][0]


@pytest.mark.parametrize("typed", ["12345", "1234567", "١٢٣٤٥٦", "12345a"])
def test_a_passcode_is_six_ascii_digits(typed: str) -> None:
    assert "6 chữ số" in form_of(FIELDS["passcode"], box=typed).errors["box"][0]


def test_a_label_marks_what_is_required_for_eyes_and_ears() -> None:
    html = str(form_of(forms_base.PersonNameField(help_text="Như trên giấy tờ."), box=""))

    assert '<span class="field__required" aria-hidden="true">*</span>' in html
    assert "(bắt buộc)" in html
    assert 'aria-describedby="id_box_helptext id_box_error"' in html
    assert 'href="#id_box"' in html
    assert 'id="id_box_error"' in html


def test_a_password_is_never_sent_back() -> None:
    assert "Matkhau" not in str(form_of(forms_base.PasswordField(), box="Matkhau@123"))


def test_a_value_given_as_initial_is_written_as_people_write_it() -> None:
    form = type("One", (forms_base.Form,), {"box": forms_base.PhoneField()})(
        initial={"box": Phone.parse("0900000001")}
    )

    assert 'value="0900000001"' in str(form)


def test_a_file_over_five_megabytes_is_refused_beside_its_field() -> None:
    big = SimpleUploadedFile("CCCD.pdf", b"x" * (5 * 1024 * 1024 + 1))
    form = type("One", (forms_base.Form,), {"box": forms_base.UploadField(label="Tệp")})({}, {"box": big})

    assert form.errors["box"] == ["Tệp vượt quá 5 MB. Đề nghị ông/bà chọn tệp nhỏ hơn."]


def test_several_files_come_as_a_list() -> None:
    field = forms_base.ManyUploadsField(label="Tệp")

    kept = field.clean([SimpleUploadedFile("a.pdf", b"a"), SimpleUploadedFile("b.pdf", b"b")])

    assert [file.name for file in kept] == ["a.pdf", "b.pdf"]
