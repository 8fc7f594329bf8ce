"""Every part of the pages on one page, for their builders. Mounted at /kieu-dang/, never in production."""

from datetime import timedelta

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils import timezone

from motcua.web import forms_base
from motcua.web.access import anyone

SHELLS = ("public", "citizen", "office", "counter", "plain")


class Sample(forms_base.Form):
    card_qr = forms_base.CardQrField()
    citizen_id = forms_base.CitizenIdField(
        help_text="Có thể dùng đầu đọc để quét mã QR trên thẻ căn cước.",
        fills={"name": "id_full_name", "born": "id_birth_date", "raw": "id_card_qr"},
    )
    full_name = forms_base.PersonNameField()
    birth_date = forms_base.BirthDateField()
    phone = forms_base.PhoneField(help_text="Số của chính chủ, dùng để nhận mã OTP.")
    email = forms_base.EmailField(required=False)
    passcode = forms_base.PasscodeField()
    password = forms_base.PasswordField(label="Nhập mật khẩu")
    unit = forms.ChoiceField(
        label="Đơn vị", choices=[("", "-- Chọn đơn vị --"), ("1", "Sở Giáo dục và Đào tạo")]
    )
    channel = forms.ChoiceField(
        label="Nơi nhận kết quả",
        choices=[("desk", "Tại Bộ phận một cửa"), ("post", "Qua bưu chính")],
        widget=forms.RadioSelect,
    )
    consent = forms.BooleanField(label="Tôi đồng ý lấy giấy tờ từ Kho dữ liệu")
    note = forms_base.PlainTextField(label="Ghi chú", max_length=500, lines=True, required=False)
    scan = forms_base.UploadField(
        label="Đính kèm CCCD/CMND", help_text="Một tệp doc, docx hoặc pdf gồm hai mặt, không quá 5 MB."
    )


class Visitor:
    display_name = "Trần Thị Mẫu"
    is_officer = True


class Note:
    def __init__(self, kind: str, title: str, text: str = "") -> None:
        self.kind, self.title, self.text = kind, title, text


class Event:
    def __init__(self, hours: int, what: str, note: str = "") -> None:
        self.at = timezone.now() - timedelta(hours=hours)
        self.what, self.note = what, note


@anyone
def style_page(request: HttpRequest, shell: str = "public") -> HttpResponse:
    """GET shows everything; POST checks the sample form and shows it with its errors."""
    form = Sample(request.POST, request.FILES) if request.method == "POST" else Sample()
    facts = {
        "shell": f"shells/{shell if shell in SHELLS else 'public'}.html",
        "shells": SHELLS,
        "form": form,
        "visitor": Visitor() if shell not in ("public", "plain") else None,
        "unit_name": "Bộ phận một cửa Sở Giáo dục và Đào tạo",
        "nav_here": {"citizen": "vault", "office": "citizen_accounts", "counter": "receive"}.get(
            shell, "home"
        ),
        "may_open": True,
        "crumbs": [("Trang chủ", "/"), ("Kiểu dáng", "")],
        "steps": ["Thông tin", "Xác thực OTP", "Mật khẩu", "Hoàn thành"],
        "notices": [Note("success", "Đã lưu thông tin.")],
        "facts": [("Số hồ sơ", "000.00.01.H08-261123-0001"), ("Hạn trả kết quả", "30/11/2026")],
        "events": [Event(30, "Tiếp nhận hồ sơ", "Bộ phận một cửa"), Event(2, "Chuyển xử lý")],
        "people": [("Nguyễn Văn Mẫu", "•••123", "09*****001"), ("H'Hen Niê", "•••456", "09*****002")],
        "kinds": [
            ("neutral", "Nháp"),
            ("info", "Đang xử lý"),
            ("success", "Đã trả"),
            ("warning", "Sắp quá hạn"),
            ("error", "Quá hạn"),
        ],
        "dialog_shown": "hoi" in request.GET,
    }
    return render(request, "base/styleguide.html", facts, status=422 if form.is_bound else 200)


urlpatterns = [path("", style_page, name="style_page"), path("<str:shell>/", style_page, name="style_shell")]
