"""What every page of the administration knows: the officer, their units, where they are, what just happened."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final, TypeVar

from django.utils import timezone

from motcua.kernel.authority import Authority, Power
from motcua.kernel.collation import collation_key
from motcua.kernel.refusal import NotFound
from motcua.units import officers, posts, staff
from motcua.units.posts import PostOfOfficer
from motcua.web.access import OfficerRequest

Found = TypeVar("Found")

_SAID: Final = {
    "luu": ("success", "Đã lưu yêu cầu. Ông/bà có thể tiếp tục trong vòng 24 giờ."),
    "luu-doi": (
        "warning",
        "Đã lưu. Thông tin đã thay đổi nên giấy đề nghị và mã OTP trước đó không còn dùng được. "
        "Đề nghị bấm “Tải xuống” để in giấy mới và “Gửi mã OTP” để gửi mã mới.",
    ),
    "giay": ("success", "Giấy đề nghị đang được tải xuống. Đề nghị in ra để công dân kiểm tra và ký."),
    "ma": ("info", "Đã yêu cầu gửi mã OTP. Đề nghị hỏi công dân mã trong tin nhắn và nhập vào ô “Nhập OTP”."),
    "giay-ky": ("success", "Đã đính kèm giấy đề nghị đã ký."),
    "chung": ("success", "Đã gửi đề nghị dùng chung số điện thoại. Đề nghị chờ cán bộ khác duyệt."),
    "huy": ("success", "Đã hủy yêu cầu."),
    "duyet": ("success", "Đã duyệt dùng chung số điện thoại."),
    "tu-choi": ("success", "Đã từ chối dùng chung số điện thoại."),
    "ap-dung": ("success", "Đã áp dụng bản thảo vào danh mục thủ tục."),
    "dai-dien-xin": (
        "success",
        "Đã gửi đề nghị ghi nhận người đại diện. Đề nghị chờ cán bộ khác duyệt; chưa duyệt thì chưa có hiệu lực.",
    ),
    "dai-dien": ("success", "Đã duyệt. Người đại diện của tổ chức được ghi nhận từ lúc này."),
    "dai-dien-khong": ("success", "Đã ghi không duyệt. Người đại diện và tổ chức được báo tin."),
    "dai-dien-rut": ("success", "Đã rút đề nghị. Không ai được ghi nhận thêm."),
    "thu-hoi": ("success", "Đã thu hồi quyền đại diện. Quyền này hết tác dụng ngay."),
    "giay-to-con": ("success", "Đã gửi đề nghị chuyển giấy tờ. Đề nghị chờ cán bộ khác duyệt."),
    "giay-to-con-chuyen": ("success", "Đã chuyển giấy tờ về kho dữ liệu của con."),
    "giay-to-con-thoi": ("success", "Đề nghị đã được khép lại; không giấy tờ nào được chuyển."),
    "giay-to-sai": ("success", "Đã gửi đề nghị sửa giấy tờ. Đề nghị chờ cán bộ khác duyệt."),
    "giay-to-sai-duyet": ("success", "Đã duyệt. Giấy tờ đã được sửa và chủ kho được báo tin."),
    "giay-to-sai-khong": ("success", "Đã ghi không duyệt; giấy tờ giữ nguyên và chủ kho được báo tin."),
    "giay-to-sai-rut": ("success", "Đã rút đề nghị; giấy tờ giữ nguyên."),
    "giay-to-sai-dap": ("success", "Đã trả lời chủ kho; giấy tờ giữ nguyên."),
    "ket-noi": ("success", "Đã gửi đăng ký. Đề nghị chờ cán bộ khác duyệt."),
    "ket-noi-duyet": ("success", "Đã duyệt. Hệ thống được kết nối từ lúc này."),
    "dang-nhap-duyet": ("success", "Đã duyệt. Người dùng đăng nhập được vào hệ thống này từ lúc này."),
    "dang-nhap-ngung": ("success", "Đã ngừng. Không ai đăng nhập được vào hệ thống này qua Cổng nữa."),
    "ket-noi-thoi": ("success", "Đăng ký đã được khép lại; điều đang được phép không thay đổi."),
    "ket-noi-ngung": ("success", "Đã ngừng kết nối. Hệ thống bị từ chối từ lượt gọi kế tiếp."),
    "dieu-chinh": ("success", "Đã gửi đề nghị. Đề nghị chờ cán bộ khác duyệt."),
    "dieu-chinh-xong": ("success", "Đã thực hiện. Chủ tài khoản được báo tin."),
    "danh-tinh": ("info", "Đã gửi đề nghị. Thời hạn mới chờ quản trị viên thứ hai duyệt."),
    "danh-tinh-duyet": ("success", "Đã duyệt. Người dân thấy thay đổi từ ngày đã ghi."),
    "danh-tinh-thoi": ("success", "Đề nghị đã được khép lại; thời hạn không thay đổi."),
    "go-vneid": ("success", "Đã gửi đề nghị gỡ liên kết. Đề nghị chờ cán bộ khác duyệt."),
    "go-vneid-duyet": ("success", "Đã gỡ liên kết VNeID. Chủ tài khoản được báo tin."),
    "go-vneid-thoi": ("success", "Đề nghị đã được khép lại; liên kết VNeID giữ nguyên."),
    "dieu-chinh-thoi": ("success", "Đề nghị đã được khép lại; tài khoản không thay đổi."),
    "gop": ("success", "Đã gửi đề nghị. Đề nghị chờ cán bộ khác so sánh hai tài khoản và duyệt."),
    "gop-cho": (
        "success",
        "Đã duyệt. Chủ tài khoản được báo tin; nếu không phản đối, việc gộp hoặc tách thực hiện vào ngày ghi "
        "dưới đây.",
    ),
    "gop-thoi": ("success", "Đề nghị đã được khép lại; hai tài khoản không thay đổi."),
    "hai-nguoi": ("success", "Đã ghi là hai người khác nhau. Hai tài khoản không thay đổi."),
    "het-phien": ("success", "Mọi phiên đăng nhập của cán bộ đã kết thúc."),
    "dat-lai": ("success", "Đã gửi đề nghị đặt lại. Đề nghị chờ quản trị viên khác duyệt."),
    "dat-lai-duyet": (
        "success",
        "Đã duyệt. Cán bộ đăng nhập bằng mật khẩu trong 24 giờ để nhận mã đăng ký lại trên điện thoại của mình.",
    ),
    "dat-lai-cong": (
        "success",
        "Đã duyệt và đang báo cho Cổng. Cán bộ được nhắn tin, rồi đăng ký lại khi đăng nhập trong 24 giờ.",
    ),
    "dat-lai-thoi": ("success", "Đề nghị đã được khép lại; cách xác thực của cán bộ không thay đổi."),
    "don-vi-them": ("success", "Đã thêm đơn vị."),
    "don-vi-ten": ("success", "Đã đổi tên đơn vị. Tên cũ vẫn tìm được."),
    "don-vi-dong": ("success", "Đã ghi ngày kết thúc hoạt động của đơn vị."),
    "don-vi-giao": ("success", "Đã chỉ định đơn vị kế thừa."),
    "don-vi-tach": ("success", "Đã ghi việc chia tách đơn vị."),
    "don-vi-nhap": ("success", "Đã ghi việc sáp nhập các đơn vị."),
    "don-vi-nhap-tep": ("success", "Đã thêm mọi đơn vị trong tệp."),
    "quyen-cap": ("success", "Đã cấp quyền. Quyền có tác dụng từ ngày đã ghi."),
    "quyen-cho": ("info", "Đã gửi đề nghị. Quyền đặc biệt chờ quản trị viên thứ hai duyệt."),
    "quyen-duyet": ("success", "Đã duyệt đề nghị cấp quyền."),
    "quyen-thoi": ("success", "Đề nghị đã được khép lại; không quyền nào được cấp."),
    "quyen-thu-hoi": ("success", "Đã thu hồi quyền. Quyền hết tác dụng từ lượt bấm kế tiếp của cán bộ."),
    "vi-tri-xac-nhan": ("success", "Đã xác nhận lại vị trí."),
    "ngay-ap-dung": ("info", "Đã gửi đề nghị. Ngày áp dụng chờ quản trị viên thứ hai duyệt."),
    "ngay-ap-dung-duyet": (
        "success",
        "Đã duyệt. Ngày áp dụng mới có hiệu lực; cán bộ tiếp nhận được nhắn tin.",
    ),
    "ngay-ap-dung-thoi": ("success", "Đề nghị đã được khép lại; ngày áp dụng không thay đổi."),
    "can-bo-thoi": ("success", "Cán bộ đã thôi làm việc; mọi vị trí hết tác dụng ngay."),
    "tin-nhan-ngung": (
        "success",
        "Đã ngừng dùng nhà cung cấp này. Tin nhắn được chuyển qua nhà cung cấp khác.",
    ),
    "tin-nhan-dung-lai": ("success", "Nhà cung cấp này lại được dùng."),
    "dong-bo-lai": (
        "success",
        "Đã đưa vào hàng gửi lại. Đề nghị tải lại trang sau ít phút để xem Cổng DVCQG trả lời.",
    ),
    "dong-bo-thoi": ("success", "Đã ghi nhận thôi không gửi. Các bước sau của hồ sơ được gửi tiếp."),
    "doi-soat-lai": ("success", "Đã đưa vào hàng gửi lại. Kết quả được so trong lượt đối soát kế tiếp."),
    "mo-khoa": ("success", "Đã mở khóa. Cán bộ được báo tin và làm tiếp được ngay."),
    "su-co": (
        "success",
        "Đã ghi hồ sơ sự cố. Tìm xong thì người thứ hai duyệt việc báo cho người bị ảnh hưởng.",
    ),
    "su-co-duyet": ("success", "Đã duyệt. Từng người bị ảnh hưởng được nhắn tin."),
    "su-co-khong": ("success", "Đã ghi không báo. Không ai được nhắn tin."),
    "ra-soat": ("success", "Đã ghi kết luận."),
    "nguoi-giu": ("success", "Đã ghi người giữ tài khoản. Số điện thoại của tài khoản được báo tin."),
    "nguoi-giu-bo": ("success", "Đã bỏ ghi người giữ tài khoản. Số điện thoại của tài khoản được báo tin."),
    "mat-khau": ("success", "Đã gửi mật khẩu một lần mới tới điện thoại của công dân."),
}


@dataclass(frozen=True, slots=True)
class Note:
    kind: str
    title: str
    text: str = ""


def page(request: OfficerRequest, here: str, *crumbs: tuple[str, str]) -> dict[str, object]:
    """The context of the shell; ``?da=`` names what was just done."""
    if (said := _SAID.get(request.GET.get("da", ""))) and request.method == "GET":
        request.notices = [Note(*said)]  # type: ignore[attr-defined]
    may = request.authority.may
    return {
        "nav_here": here,
        "crumbs": [("Dashboard", "/quan-tri/"), *crumbs],
        "may_receive": may(Power.RECEIVE_DOSSIER),
        "may_open": may(Power.OPEN_ACCOUNT),
        "may_approve": may(Power.APPROVE_EXCEPTION),
        "may_export": may(Power.EXPORT),
        "may_procedures": may(Power.MANAGE_CATALOGUE),
        "may_manage": may(Power.MANAGE_CATALOGUE),
        "may_inspect": may(Power.INSPECT),
        "may_grant": may(Power.GRANT),
        "may_connect": may(Power.CONNECT_SYSTEMS),
    }


def own_posts(authority: Authority) -> list[PostOfOfficer]:
    """The officer's posts of today that may open accounts; the present unit first, then by the alphabet."""
    held = posts.posts_of(authority.subject, timezone.localdate())
    able = {post.unit_code: post for post in held if Power.OPEN_ACCOUNT in post.powers}
    return sorted(
        able.values(), key=lambda post: (post.unit_code != authority.unit_code, collation_key(post.unit_name))
    )


def authorities(authority: Authority) -> Iterator[Authority]:
    """The officer at the present unit, then at each other unit where they may open accounts."""
    yield authority
    for post in own_posts(authority):
        if post.unit_code != authority.unit_code:
            yield at_unit(authority, post.unit_code)


def inspecting(authority: Authority) -> list[Authority]:
    """The inspector at the present unit, then at each other unit where they hold that right today."""
    held = posts.posts_of(authority.subject, timezone.localdate())
    elsewhere = {post.unit_code for post in held if Power.INSPECT in post.powers} - {authority.unit_code}
    return [authority, *(at_unit(authority, code) for code in sorted(elsewhere))]


def own_units(authority: Authority) -> set[str]:
    """The codes of the units where this officer holds any post today."""
    return {post.unit_code for post in posts.posts_of(authority.subject, timezone.localdate())}


def at_any_unit(authority: Authority, find: Callable[[Authority], Found]) -> tuple[Authority, Found]:
    """What ``find`` sees from the present unit, else from another of the officer's units; NotFound from none."""
    for one in authorities(authority):
        try:
            return one, find(one)
        except NotFound:
            continue
    raise NotFound


def at_unit(authority: Authority, unit_code: str) -> Authority:
    """The officer at another of their units. Raises NotAuthorised."""
    if unit_code == authority.unit_code:
        return authority
    return posts.authority_of(authority.subject, at_unit=unit_code, on=timezone.localdate())


def myself(authority: Authority) -> tuple[str, str]:
    """Name and phone of the officer, for the boxes that nobody edits; shown to nobody but that officer."""
    colleague = staff.officer_of(authority.subject)
    return (colleague.full_name, officers.phone_of(authority.subject).local) if colleague else ("", "")
