"""The guides in English, for readers who know little Vietnamese: the words of the screen stay as "
"they are seen."""

from typing import Final

from motcua.web.public.guide_shape import Guide, Step

_CITIZEN: Final = Guide(
    slug="cong-dan",
    reader="Citizens",
    title="Appendix I. Register a citizen account",
    lead="You register on the National Public Service Portal yourself, with a mobile number that is in your own name.",
    steps=(
        Step(
            "Open the Public Service Portal of {system_name} at {portal} and press «Đăng ký» (register).",
            place="home",
            picture="trang-chu",
            alt="The home page with a red button Đăng ký and a button Đăng nhập beside it.",
        ),
        Step(
            "The registration page of the National Public Service Portal opens. Fill in «Họ và "
            "tên» (full name), "
            "«Ngày sinh» (date of birth), «Số CMND/CCCD» (identity card number) and «Số điện "
            "thoại» (mobile number); "
            "«Email» is optional. Press «Tiếp tục» (continue).",
            place="registration",
            picture="dang-ky",
            alt="The registration page with boxes for name, date of birth, card number, mobile number "
            "and e-mail.",
        ),
        Step(
            "Type the {code_digits} digits that were texted to your phone into «Nhập OTP» and "
            "press «Tiếp tục». A code is "
            "good for {code_minutes} minutes and {code_tries} wrong tries. If none has come after "
            "{resend_seconds} seconds, "
            "or it has lapsed, press «Gửi lại OTP» (send again); only the newest code works.",
            place="code",
            picture="nhap-otp",
            alt="The page that asks for the code, with the time left, a button to go on and a button "
            "to send it again.",
        ),
        Step(
            "Type a password into «Nhập mật khẩu» and again into «Xác nhận mật khẩu», then press "
            "«Đăng ký». It needs "
            "{password_shortest} characters or more, with lower case, upper case, a digit and a "
            "special character.",
            place="password",
            picture="mat-khau",
            alt="The page for the password, with its rule, two boxes and the button Đăng ký.",
        ),
    ),
    outcome="Your account is open, and you can do business with the Public Service Portal of {system_name} online.",
    notes=(
        Step(
            "Mobile number and card number have to be exact, or the system cannot verify them. To "
            "see in whose name a "
            "number is, text TTTB to 1414."
        ),
        Step(
            "When the page says that your data do not match those of your mobile operator, press "
            "«Tải phiếu mang đến quầy (PDF)» (slip for the desk) and go to the nearest one-stop "
            "desk. There are "
            "{desk_count}; their addresses are on the home page.",
            place="mismatch",
        ),
        Step(
            "An unfinished registration is kept for {kept_hours} hours; a new code to the same "
            "phone opens it again. On a "
            "shared computer press «Xóa và bắt đầu lại» (delete and start again) before you leave.",
            place="code",
        ),
        Step(
            "After {citizen_idle_minutes} minutes without a click you are signed out. Nobody, "
            "officers included, may ask "
            "for your password."
        ),
    ),
)

_OFFICER: Final = Guide(
    slug="can-bo",
    reader="One-stop officers",
    title="Appendix II. Check the account when a dossier is received",
    lead="A dossier is received only when its owner's account on the National Public Service Portal has been checked.",
    steps=(
        Step(
            "For a dossier handed in at the counter press «Tiếp nhận hồ sơ» (receive a dossier).",
            place="desk",
            picture="mot-cua",
            alt="The desk's first page with the button Tiếp nhận hồ sơ and the figures of the day.",
        ),
        Step(
            "Type the owner's number into «CMND/CCCD», or scan the card, and press «Kiểm tra tài "
            "khoản» (check account).",
            place="check",
            picture="kiem-tra",
            alt="The page of the account check with the box for the number and its button.",
        ),
        Step(
            "There is an account: the page says «Kiểm tra tài khoản thành công». Compare name and "
            "last three digits with "
            "the card, choose «Thủ tục» (procedure) and «Quy trình» (process) and press «Tiếp tục».",
            place="checked",
            picture="kiem-tra-duoc",
            alt="The result of the check: a masked name, the last three digits, the choice of a procedure.",
        ),
        Step(
            "There is none: the page asks whether to open the national portal. Press «OK» and "
            "help the citizen as "
            "Appendix I says; when the account is there, check the number again. «Hủy» (cancel) "
            "closes the question to correct the number.",
            place="not_found",
            picture="chua-co",
            alt="The dialog that says there is no account, with the buttons OK and Hủy.",
        ),
        Step(
            "Fill in how each paper is handed in and where the result is wanted; papers in the "
            "owner's vault are used "
            "again with the owner's consent. Press «Tiếp nhận» (receive) and print the receipt.",
            place="reception",
        ),
    ),
    outcome="The dossier has its code and the day of its result; its owner is told and can follow it.",
    notes=(
        Step("Only when the phone does not match at its operator is an account opened as Appendix III says."),
        Step(
            "Never file with your own account for somebody else: the papers would go to your "
            "vault instead of the owner's."
        ),
        Step(
            "A portal that does not answer is not the same as no account: the dossier is received "
            "provisionally, the check "
            "repeats itself, and the term runs from the moment it succeeds."
        ),
        Step(
            "Where the account has another name than was written down, the dossier waits among those that are "
            "unproven and nobody is told. An officer compares the names with the papers and says what is so, and why."
        ),
        Step(
            "From {gate_day}, or from a day of the unit's own, the check is binding. Before that "
            "day the desk only warns, "
            "and the dossier is marked as unchecked."
        ),
        Step("An officer's session ends after {officer_idle_minutes} minutes without a click."),
    ),
)

_CREATOR: Final = Guide(
    slug="tao-tai-khoan",
    reader="Officers who may open accounts",
    title="Appendix III. Open an account for a citizen at the desk",
    lead="For a citizen who is present and whose phone did not match at the operator, or "
    "for another reason of the list.",
    steps=(
        Step(
            "In «Quản trị hệ thống» choose «Tạo tài khoản công dân» and press «THÊM MỚI» (add).",
            place="accounts",
            picture="danh-sach-tai-khoan",
            alt="The list of accounts opened by officers, with filters and the button THÊM MỚI.",
        ),
        Step(
            "Type «Số CMND/CCCD» and press «Tra cứu tài khoản» (look up). If there is an account, "
            "tell the citizen and open "
            "none.",
            place="assisted",
            picture="tao-tai-khoan",
            alt="The form for an account, with the look-up button, the citizen's data and the officer's.",
        ),
        Step(
            "Fill in «Họ và tên», «Ngày sinh», the citizen's own «Số điện thoại», and «Lý do hỗ "
            "trợ tạo» (the reason). "
            "«Đính kèm CCCD/CMND»: one doc, docx or pdf with both sides of the card, "
            "{file_megabytes} MB at most. Choose "
            "the «Đơn vị» (unit) where you work.",
            place="assisted",
        ),
        Step(
            "Press «Tải xuống» (download) to print the request; the citizen checks and signs it. "
            "Data that are changed "
            "afterwards void the paper and the code.",
            place="assisted",
        ),
        Step(
            "Press «Gửi mã OTP» (send code); the citizen reads the {code_digits} digits out. A "
            "code is good for "
            "{code_minutes} minutes; press again after {resend_seconds} seconds if none has come.",
            place="assisted",
        ),
        Step(
            "Type the newest code into «Nhập OTP» and press «Tạo tài khoản» (open the account). A "
            "one-time password is "
            "texted to the citizen, good for {one_time_hours} hours; nobody else sees it.",
            place="assisted",
        ),
        Step(
            "At {portal}/kich-hoat/ the citizen types «Mật khẩu một lần» (one-time password) and "
            "«Ngày sinh», chooses a "
            "password of {password_shortest} characters or more and presses «Kích hoạt tài khoản» (activate).",
            place="activation",
            picture="kich-hoat",
            alt="The page for activating, with the one-time password, the date of birth and the new password.",
        ),
    ),
    outcome="The account counts as found at the desk at once; the dossier is received as Appendix II says.",
    notes=(
        Step(
            "An unfinished request is kept for {kept_hours} hours; press «Lưu tạm» (save) to go on later.",
            place="assisted",
        ),
        Step(
            "Never use an officer's phone. A phone of another account is shared only when two "
            "officers agree to it."
        ),
        Step(
            "For a minor with a parent's or guardian's phone, say so in «Người dùng số này» (who uses this "
            "phone). From the eighteenth birthday on the owner takes the account over at the desk, under "
            "«Tài khoản đủ 18 tuổi».",
            place="assisted",
        ),
        Step("When the one-time password has lapsed, a new one is sent from the list, to the same phone."),
    ),
)

_ADMINISTRATOR: Final = Guide(
    slug="quan-tri",
    reader="Administrators of units",
    title="Units, officers and the binding day",
    lead="For whoever gives rights in the own unit and the units below it.",
    steps=(
        Step(
            "Open «Đơn vị» (units) for the tree; press «Thêm đơn vị» (add) or «Nhập từ Excel» "
            "(import). Old names and "
            "history are kept when a unit is renamed, merged or split.",
            place="units",
            picture="don-vi",
            alt="The units page with a search box, buttons to add and import, and the tree.",
        ),
        Step(
            "Open «Cán bộ» (officers), press «Thêm cán bộ», type «Số CMND/CCCD của cán bộ», "
            "choose «Đơn vị», «Quyền» "
            "(rights) and the period. Officers need an account of their own; nobody gives rights "
            "to themselves.",
            place="staff_add",
            picture="them-can-bo",
            alt="The page for a new officer, with number, unit, rights and period.",
        ),
        Step(
            "Privileged rights wait for a second person: in «Cán bộ» open «Đề nghị cấp quyền» "
            "(requests) and decide what "
            "another administrator asked for.",
            place="staff",
        ),
        Step(
            "Each post is confirmed again within {posts_months} months; {posts_listed_days} days "
            "before its end it stands "
            "in «Xác nhận lại vị trí». Afterwards it lapses by itself.",
            place="staff",
        ),
        Step(
            "Open «Đăng nhập của cán bộ» to end sessions, «Đặt lại xác thực hai bước» when an "
            "officer has lost a phone.",
            place="sign_ins",
        ),
        Step(
            "Open «Sẵn sàng áp dụng» (readiness) to see which units have officers, second factors "
            "and accounts enough; "
            "choose units that only warn and press «Xem trước và đổi ngày» (preview and change). "
            "The day changes when a "
            "second person agrees.",
            place="readiness",
            picture="san-sang",
            alt="The readiness page: units with their binding day, officers, and the share of checked "
            "dossiers.",
        ),
        Step(
            "Open «Nhà cung cấp danh tính» (identity providers) and press «Đề nghị mới» (new request) "
            "to set the first day of VNeID and the last day of the portal's own accounts. It holds when "
            "a second person agrees; no day is left without a provider.",
            place="identity_providers",
        ),
    ),
    outcome="Every right given or taken back and every changed day is written into the journal.",
    notes=(
        Step(
            "A right that is taken back ends with the officer's next click. Sessions end after "
            "{officer_idle_minutes} "
            "minutes without one."
        ),
        Step(
            "The common binding day is {gate_day}. A unit's day may come earlier; once it has "
            "come it never moves back."
        ),
    ),
)

GUIDES: Final = (_CITIZEN, _OFFICER, _CREATOR, _ADMINISTRATOR)
