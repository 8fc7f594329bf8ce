"""Hệ thống kết nối: what the room holds about people who sign in elsewhere, and about those who decide."""

from django.conf import settings

from motcua.kernel.authority import Power
from motcua.kernel.personal_data import (
    CATALOGUE,
    CODE,
    DIGEST,
    POINTER,
    Basis,
    Copy,
    Kept,
    Nobodys,
    Personal,
    Who,
    Withheld,
    evidence,
)

_OF_SYSTEMS = (
    Personal(
        "Registration: contact_email contact_office",
        "đầu mối của hệ thống kết nối: hộp thư chung, không ghi người",
        Basis.SERVICE,
        (Power.CONNECT_SYSTEMS, Power.INSPECT),
        evidence("kết nối đã cho phải truy được đầu mối"),
        Withheld.OFFICIAL,
    ),
    Personal(
        "Registration: decided_reason ended_reason purpose; SignInRegistration: decided_reason ended_reason",
        "vì sao kết nối, không duyệt, ngừng",
        Basis.SERVICE,
        (Power.CONNECT_SYSTEMS, Power.INSPECT),
        evidence("hai người quyết định phải trả lời được vì sao"),
        Withheld.OFFICIAL,
    ),
    Personal(
        "KeptAnswer: answer_sealed body_mac",
        "trả lời của một việc gửi qua giao diện lập trình, để gọi lại không làm hai lần (C13)",
        Basis.PROTECTION,
        (Who.PROVINCE,),
        Kept("2 ngày", chore="old_answer"),
        Withheld.PASSING,
    ),
)
#: Of people who sign in and have dossiers: only where accounts are (ADR 0042).
_OF_PEOPLE = (
    Personal(
        "SignInRequest: device_hash asked",
        "yêu cầu đăng nhập chỉ tiếp tục được ở trình duyệt đã mở nó",
        Basis.PROTECTION,
        (Who.SYSTEM,),
        Kept("2 giờ", chore="old_sign_in"),
        Withheld.PASSING,
    ),
    Personal(
        "DeskDossier: code procedure_code procedure_name state arrived_on",
        "hồ sơ của chủ tài khoản tại một cửa nơi khác: có trong bản sao dữ liệu; còn mở thì chưa đóng được tài khoản",
        Basis.SERVICE,
        (Who.OWNER,),
        Kept("24 tháng sau khi hồ sơ kết thúc, hoặc cùng tài khoản đã đóng", chore="old_desk_dossier"),
        Copy.DOSSIERS,
    ),
)
PERSONAL = (*_OF_SYSTEMS, *(_OF_PEOPLE if settings.HOSTS_PORTAL else ()))
NOBODYS = (
    Nobodys(
        "SignInRegistration: redirect_uris post_logout_uris logout_uri scopes desk; SigningKey: kid public;"
        " Client: client_id name folded; DeskProcedure: code name;"
        " Registration: audience scopes jwks addresses expires_on bearer_until",
        CATALOGUE,
    ),
    Nobodys(
        "Sharing: scopes; SignIn: scopes redirect_uri acr amr ended_why; CallCount: scope last_refusal;"
        " KeptAnswer: operation",
        CODE,
    ),
    Nobodys(
        "SignInRegistration: asked_by_subject decided_by_subject ended_by_subject; SignIn: sid subject;"
        " Registration: asked_by_subject decided_by_subject ended_by_subject; KeptAnswer: key",
        POINTER,
    ),
    Nobodys(
        "SigningKey: private; SignIn: nonce code_challenge code_hash; RefreshToken: token_hash;"
        " UsedAssertion: jti_hash; UsedProof: mark",
        DIGEST,
    ),
)
