"""What the terminal says once visitors may come."""

import os

from motcua.ops import sign_ins, subscribers
from motcua.ops.places import Place


def address(place: Place, seconds: float) -> None:
    print(f"Sẵn sàng sau {seconds:.1f} giây: {place.url}", flush=True)


def everything(place: Place, seconds: float) -> None:
    subscribers.enrol(place)
    lines = [
        "",
        f"Hệ thống Một cửa đã sẵn sàng sau {seconds:.1f} giây. Dừng bằng Ctrl-C.",
        "",
        f"  Cổng dịch vụ công    {place.url}/",
        f"  Một cửa (tiếp nhận)  {place.url}/mot-cua/",
        f"  Quản trị             {place.url}/quan-tri/",
        f"  Điện thoại mô phỏng  {place.simulators_url}/",
        f"  Hộp thư mô phỏng     {place.simulators_url}/hop-thu/",
        f"  Dữ liệu              {place.var_dir}",
        "",
        "Đăng nhập mẫu (người hư cấu): vai trò, số CMND/CCCD, mật khẩu",
    ]
    known = sign_ins.known()
    width = max(len(each.role) for each in known)
    lines += [f"  {each.role:<{width}}  {each.number}  {each.password}" for each in known]
    if os.environ.get("OFFICER_SECOND_FACTOR", "").lower() == "on":
        lines += ["", "Bước xác thực thứ hai của cán bộ mẫu: mã đang hiện trên ứng dụng mô phỏng"]
        lines += [
            f"  {each.number}  {place.simulators_url}/ung-dung-xac-thuc/{each.secret}"
            for each in known
            if each.secret
        ]
    lines += ["", "Chưa có tài khoản, để thử đăng ký: họ tên, số CMND/CCCD, ngày sinh, điện thoại"]
    lines += [
        f"  {each.name}  {each.number}  {each.born_on}  {each.phone}  ({each.shows})"
        for each in subscribers.to_try()
    ]
    print("\n".join(lines), flush=True)
