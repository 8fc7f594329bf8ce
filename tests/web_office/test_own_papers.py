"""“Giấy tờ của con”: asked by one officer, agreed or declined by another."""

from motcua.accounts import identity
from motcua.kernel.authority import Power
from motcua.vault import keeping
from motcua.vault.models import Correction, Paper
from tests.accounts import people
from tests.vault import papers
from tests.web_office.desk import Desk, words

PAGE = "/quan-tri/giay-to-cua-con/"
CHILD = "Lê Văn Học"


def family(settings: object) -> dict[str, str]:
    mother, child = people.data(), people.data(name=CHILD)
    account = people.account(mother)
    people.account(child)
    keeping.put(
        audience=settings.DESK_ID,  # type: ignore[attr-defined]
        receipt_subject=identity.name_to(account, settings.DESK_ID).subject,  # type: ignore[attr-defined]
        papers=[papers.new_paper(held_for=CHILD)],
        dossier_code=papers.DOSSIER,
        digitised_by=papers.OFFICER,
        unit_code="so-mau",
    )
    return {
        "holder": mother.citizen_id.value,
        "own": child.citizen_id.value,
        "reason": "Giấy khai sinh số 12/2008",
    }


def test_one_asks_and_another_agrees(transactional_db: None, settings: object) -> None:
    one, two = Desk(Power.APPROVE_EXCEPTION), Desk(Power.APPROVE_EXCEPTION)
    given = family(settings)
    assert "Không có đề nghị nào chờ duyệt" in words(one.get(PAGE))
    assert one.post(PAGE, given)["Location"] == PAGE + "?da=giay-to-con"

    mine, theirs = words(one.get(PAGE)), words(two.get(PAGE))
    assert "Rút đề nghị" in mine and "Duyệt chuyển" not in mine
    assert CHILD in theirs and "Giấy khai sinh số 12/2008" in theirs and given["own"] not in theirs
    decide = f"{PAGE}{Correction.objects.get().pk}/"
    assert one.post(decide, {"act": "approve"}).status_code == 403
    assert Desk(Power.APPROVE_EXCEPTION, at="so-khac").post(decide, {"act": "approve"}).status_code == 404
    assert Desk(Power.OPEN_ACCOUNT).post(decide, {"act": "approve"}).status_code == 403
    assert Desk(Power.OPEN_ACCOUNT).get(PAGE).status_code == 403
    assert two.post(decide, {"act": "approve"})["Location"] == PAGE + "?da=giay-to-con-chuyen"
    assert Paper.objects.filter(state="MOVED").count() == 1
    assert two.post(decide, {"act": "approve"}).status_code == 404


def test_what_is_declined_may_be_asked_again(transactional_db: None, settings: object) -> None:
    one, two = Desk(Power.APPROVE_EXCEPTION), Desk(Power.APPROVE_EXCEPTION)
    given = family(settings)
    for by in (one, two):
        one.post(PAGE, given)
        assert by.post(f"{PAGE}{Correction.objects.get().pk}/", {}).status_code == 302
        assert not Correction.objects.exists()
    assert not Paper.objects.filter(state="MOVED").exists()


def test_what_is_wrong_is_said_beside_its_box(transactional_db: None, settings: object) -> None:
    one = Desk(Power.APPROVE_EXCEPTION)
    given = family(settings)
    nobody = people.data().citizen_id.value
    for box, wrong, said in (
        ("own", nobody, "Chưa có tài khoản theo số này"),
        ("holder", nobody, "Chưa có tài khoản theo số này"),
        ("own", given["holder"], "đã ở trong kho của người này"),
        ("reason", "ạ", "ít nhất 05 ký tự"),
        ("own", "123", ""),
        ("own", "", ""),
    ):
        answer = one.post(PAGE, {**given, box: wrong})
        assert answer.status_code in {409, 422} and said in words(answer)
        assert box in answer.context["form"].errors
    stranger = people.data(name="Trần Thị Khác")
    people.account(stranger)
    none = one.post(PAGE, {**given, "own": stranger.citizen_id.value})
    assert none.status_code == 409 and "không giữ giấy tờ nào đứng tên" in words(none)
    assert not Correction.objects.exists()
