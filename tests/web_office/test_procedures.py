"""The catalogue's screens: looked through, edited without a script, taken in from a file after a report."""

import json
import re
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from openpyxl import load_workbook

from motcua.desk import sample
from motcua.desk.models import Component, Procedure, ProcessStep
from motcua.desk.procedures import versions
from motcua.journal.models import Event
from motcua.kernel.authority import Power
from tests.web_office.desk import Desk, words

pytestmark = pytest.mark.django_db(transaction=True)
LIST = "/quan-tri/thu-tuc/"
ONE = LIST + "ma/2.001914/"
DRAFT = LIST + "ban-thao/"
EDUCATION = Path(__file__).parents[2] / "src/motcua/ops/data/procedures_education.json"


@pytest.fixture
def editor() -> Desk:
    sample.load(EDUCATION)
    return Desk(Power.MANAGE_CATALOGUE)


def drafted(editor: Desk, code: str = "2.001914") -> str:
    """The address of a fresh draft."""
    answer = editor.post(f"{LIST}ma/{code}/sua/", {"since": sample.SAMPLE_FROM.isoformat()})
    assert answer.status_code == 302, words(answer)
    return str(answer["Location"])


def changes(editor: Desk, address: str) -> str:
    found = re.search(r'name="changes" value="([0-9]+)"', editor.get(address).content.decode())
    assert found
    return found[1]


def pressed(editor: Desk, address: str, act: str) -> Any:
    answer = editor.post(address + "xep-lai/", {"act": act, "changes": changes(editor, address)})
    assert answer.status_code == 302, words(answer)
    return editor.get(answer["Location"].partition("#")[0])


def general(editor: Desk, address: str, **changed: Any) -> Any:
    """The boxes as the page shows them, and what is changed in them."""
    page = editor.get(address + "thong-tin/")
    form = page.context["form"]
    data: dict[str, Any] = {}
    for box in form:
        value = box.field.prepare_value(box.value())
        data[box.name] = value if isinstance(value, list) else "" if value is None else value
    data |= {"changes": form_changes(page), **changed}
    return editor.post(address + "thong-tin/", data)


def form_changes(page: Any) -> str:
    found = re.search(r'name="changes" value="([0-9]+)"', page.content.decode())
    assert found
    return found[1]


def test_the_list_is_searched_by_code_and_by_name_without_marks(editor: Desk) -> None:
    page = words(editor.get(LIST))
    assert "12 thủ tục." in page and "Chỉnh sửa nội dung văn bằng" in page and "Danh mục thủ tục" in page
    assert "1 thủ tục." in words(editor.get(LIST + "?q=chinh+sua+noi+dung"))
    assert "1 thủ tục." in words(editor.get(LIST + "?q=2.0019"))
    assert "2 thủ tục." in words(editor.get(LIST + "?cap=truong"))
    assert "Không có thủ tục nào phù hợp" in words(editor.get(LIST + "?hieu_luc=ENDED"))
    assert "12 thủ tục." in words(editor.get(LIST + "?xep=-ten&trang=99"))
    assert "12 thủ tục." in words(editor.get(LIST + "?xep=la&trang=abc"))


def test_an_empty_catalogue_says_what_to_do() -> None:
    assert "nhập danh mục từ tệp" in words(Desk(Power.MANAGE_CATALOGUE).get(LIST))


def test_only_who_keeps_the_catalogue_enters(editor: Desk) -> None:
    other = Desk(Power.OPEN_ACCOUNT, at="so-khac")
    for address in (LIST, ONE, LIST + "nhap/", LIST + "ket-xuat/"):
        assert other.get(address).status_code == 403
    assert "Danh mục thủ tục" not in words(other.get("/quan-tri/"))
    address = drafted(editor)
    assert Desk(Power.MANAGE_CATALOGUE, at="so-ba").get(address).status_code == 404


def test_below_the_top_unit_the_catalogue_is_looked_at_and_sent_out_only(editor: Desk) -> None:
    """The page says who edits; a button that would be refused is not drawn, and its address answers no."""
    below = Desk(Power.MANAGE_CATALOGUE, at="truong-mau", parent="so-mau")
    for address in (LIST, ONE):
        page = below.get(address)
        assert "đơn vị cấp trên cùng" in words(page)
        assert page.content.decode().count('method="post"') < editor.get(address).content.decode().count(
            'method="post"'
        )
        for button in ("Thêm thủ tục", "Nhập từ tệp", "Sửa phiên bản này"):
            assert button not in words(page)
        assert "đơn vị cấp trên cùng" not in words(editor.get(address))
    assert below.get(LIST + "ket-xuat/?dang=json").status_code == 200
    upload = SimpleUploadedFile("dm.json", b"{}")
    for answer in (
        below.get(LIST + "nhap/"),
        below.post(LIST + "nhap/", {"file": upload}),
        below.post(LIST + "them-moi/"),
        below.post(ONE + "sua/", {"since": sample.SAMPLE_FROM.isoformat()}),
    ):
        assert answer.status_code == 403 and "dùng chung cho cả tỉnh" in words(answer)


def test_a_procedure_shows_its_versions_components_and_steps(editor: Desk) -> None:
    page = words(editor.get(ONE))
    for wanted in (
        "Từ 01/01/2022",
        "5 ngày làm việc",
        "Tiếp nhận",
        "Phòng chuyên môn",
        "Đã số hóa thành phần hồ sơ",
        "Tổng thời gian làm việc: 40 giờ",
        "dữ liệu mẫu",
    ):
        assert wanted in page
    assert editor.get(LIST + "ma/9.999999/").status_code == 404
    assert editor.get(ONE + "?tu=1999-01-01").status_code == 404


def test_an_edit_becomes_a_version_from_a_day(editor: Desk) -> None:
    tomorrow = timezone.localdate() + timedelta(days=1)
    address = drafted(editor)
    answer = general(editor, address, name="Tên đã sửa", valid_from=f"{tomorrow:%d/%m/%Y}")
    assert answer.status_code == 302, words(answer)
    assert "Phiên bản mới" in words(editor.get(address))
    answer = editor.post(address + "ap-dung/", {"changes": changes(editor, address)})
    assert answer.status_code == 302, words(answer)
    assert "Đã áp dụng" in words(editor.get(answer["Location"]))
    old, new = Procedure.objects.filter(code="2.001914").order_by("valid_from")
    assert (old.valid_to, new.valid_from, new.name) == (timezone.localdate(), tomorrow, "Tên đã sửa")
    assert old.name == "Chỉnh sửa nội dung văn bằng, chứng chỉ"
    assert new.components.count() == 3 and new.processes.count() == 2
    assert Event.objects.filter(event="desk.procedure.published").count() == 2
    assert "đã được áp dụng" in words(editor.get(address))
    again = editor.post(address + "ap-dung/", {"changes": "1"})
    assert again.status_code == 409 and Procedure.objects.filter(code="2.001914").count() == 2


def test_what_is_typed_wrong_is_said_beside_its_box_and_kept_nowhere(editor: Desk) -> None:
    address = drafted(editor)
    answer = general(editor, address, valid_from="31/02/2027", fee_vnd="mười", name="")
    assert answer.status_code == 422
    page = words(answer)
    assert "không phải là một ngày có thật" in page and "phải là số nguyên" in page
    assert changes(editor, address) == "0"


def test_lines_are_added_moved_and_removed_by_buttons(editor: Desk) -> None:
    address = drafted(editor)
    added = editor.post(
        address + "thanh-phan/them/",
        {"name": "Ảnh 4x6", "originals": "2", "digitise": "on", "necessity": "REQUIRED", "changes": "0"},
    )
    assert added.status_code == 302, words(added)
    page = pressed(editor, address, "up:components:4").content.decode()
    assert page.index("Ảnh 4x6") < page.index("Giấy tờ chứng minh (giấy khai sinh")
    assert re.search(r'value="up:components:3"[^>]* autofocus', page)
    pressed(editor, address, "remove:components:1")
    step = editor.get(address + "quy-trinh/1/buoc/2/")
    assert "Sửa bước" in words(step) and 'value="24 giờ"' in step.content.decode()
    data = {
        "name": "Thụ lý hồ sơ",
        "unit_role": "DEPARTMENT",
        "unit_kind": "PHONG_CM",
        "power": "PROCESS",
        "working_minutes": "2 ngày",
        "leave_when": ["RESULT_ATTACHED", "OPINION_ANSWERED"],
    }
    answer = editor.post(address + "quy-trinh/1/buoc/2/", {**data, "changes": changes(editor, address)})
    assert answer.status_code == 302, words(answer)
    assert "tiếp nhận và kết thúc" in words(pressed(editor, address, "remove:steps:1:1"))
    assert "disabled>Áp dụng" in editor.get(address).content.decode()
    editor.post(
        address + "quy-trinh/1/buoc/them/",
        {
            "name": "Tiếp nhận",
            "unit_role": "RECEIVING",
            "power": "RECEIVE_DOSSIER",
            "working_minutes": "30 phút",
            "changes": changes(editor, address),
        },
    )
    for n in (4, 3, 2):
        pressed(editor, address, f"up:steps:{n}:1")
    answer = editor.post(address + "ap-dung/", {"changes": changes(editor, address)})
    assert answer.status_code == 302, words(answer)
    row = Procedure.objects.get(code="2.001914")
    names = list(Component.objects.filter(procedure=row).order_by("order").values_list("name", flat=True))
    assert len(names) == 3 and names[1] == "Ảnh 4x6"
    steps = ProcessStep.objects.filter(process__procedure=row, process__order=1).order_by("order")
    assert [(s.name, s.working_minutes) for s in steps][:2] == [("Tiếp nhận", 30), ("Thụ lý hồ sơ", 960)]
    assert steps[1].leave_when == ["OPINION_ANSWERED", "RESULT_ATTACHED"]


def test_a_draft_open_in_two_windows_is_not_overwritten(editor: Desk) -> None:
    address = drafted(editor)
    seen = changes(editor, address)
    pressed(editor, address, "down:components:1")
    late = editor.post(address + "xep-lai/", {"act": "remove:components:1", "changes": seen})
    assert late.status_code == 409
    assert editor.post(address + "xep-lai/", {"act": "remove:users:1", "changes": seen}).status_code == 404
    assert (
        editor.post(address + "xep-lai/", {"act": "remove:components:40", "changes": "1"}).status_code == 404
    )


def test_a_new_procedure_begins_empty_and_says_what_is_missing(editor: Desk) -> None:
    answer = editor.post(LIST + "them-moi/")
    address = answer["Location"].removesuffix("thong-tin/")
    answer = general(
        editor,
        address,
        code="9.000001",
        name="Thủ tục thử",
        field="Giáo dục",
        levels=["so"],
        valid_from="01/01/2027",
    )
    assert answer.status_code == 302, words(answer)
    assert "ít nhất một quy trình" in words(editor.get(address))


def test_a_file_is_reported_first_and_written_when_confirmed(editor: Desk) -> None:
    sent = editor.get(LIST + "ket-xuat/?dang=xlsx")
    book = load_workbook(BytesIO(sent.content))
    assert Event.objects.filter(event="desk.catalogue.exported").count() == 1
    sheet = book["Thủ tục"]
    sheet.cell(2, 2).value = "Tên từ tệp"
    kept = BytesIO()
    book.save(kept)
    answer = editor.post(LIST + "nhap/", {"file": SimpleUploadedFile("dm.xlsx", kept.getvalue())})
    assert answer.status_code == 302, words(answer)
    page = words(editor.get(answer["Location"]))
    assert "Không thay đổi: 11 ." in page and "Dòng 2" in page and "Sửa phiên bản" in page
    assert not Procedure.objects.filter(name="Tên từ tệp").exists()
    done = editor.post(answer["Location"] + "ap-dung/", {"changes": "0"})
    assert done.status_code == 302, words(done)
    assert Procedure.objects.filter(name="Tên từ tệp").count() == 1


def test_a_file_with_a_wrong_row_is_not_written_at_all(editor: Desk) -> None:
    whole = json.loads(editor.get(LIST + "ket-xuat/?dang=json").content)
    whole["procedures"][0]["name"] = "Tên từ tệp"
    whole["procedures"][3]["levels"] = ["xa"]
    data = json.dumps(whole).encode()
    answer = editor.post(LIST + "nhap/", {"file": SimpleUploadedFile("dm.json", data)})
    page = editor.get(answer["Location"])
    assert (
        "Mục 4" in words(page)
        and "Cấp tiếp nhận" in words(page)
        and "disabled>Áp dụng" in page.content.decode()
    )
    assert editor.post(answer["Location"] + "ap-dung/", {"changes": "0"}).status_code == 409
    assert not Procedure.objects.filter(name="Tên từ tệp").exists()


@pytest.mark.parametrize("data", [b"khong phai tep", b'{"shape": 1}', b""])
def test_a_file_that_cannot_be_read_is_said_beside_the_box(editor: Desk, data: bytes) -> None:
    answer = editor.post(LIST + "nhap/", {"file": SimpleUploadedFile("dm.json", data)})
    assert answer.status_code == 422 and "Đề nghị" in words(answer)


def test_a_page_asks_as_often_for_thirty_procedures_as_for_two(editor: Desk) -> None:
    def asked(address: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            assert editor.get(address).status_code == 200
        return len([one for one in queries.captured_queries if "accounts_session" not in one["sql"]])

    few = asked(LIST), asked(ONE)
    row = versions.whole(Procedure.objects.filter(code="2.001914"))[0]
    entry = versions.entry_of(row)
    for n in range(18):
        versions.insert({**entry, "code": f"8.{n:06d}"})
        day = sample.SAMPLE_FROM.replace(year=2030 + n)
        Procedure.objects.filter(code="2.001914", valid_to=None).update(valid_to=day - timedelta(days=1))
        versions.insert({**entry, "valid_from": day.isoformat()})
    assert (asked(LIST), asked(ONE)) == few
