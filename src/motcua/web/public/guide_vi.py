"""Hướng dẫn bằng tiếng Việt: Phụ lục I, II, III and what a unit's administrator needs."""

from typing import Final

from motcua.web.public.guide_shape import Guide, Step

_CITIZEN: Final = Guide(
    slug="cong-dan",
    reader="Công dân",
    title="Phụ lục I. Đăng ký tài khoản công dân",
    lead="Ông/bà tự đăng ký tài khoản trên Cổng Dịch vụ công quốc gia bằng số điện thoại chính chủ.",
    anchor="phu-luc-1",
    steps=(
        Step(
            "Truy cập Cổng Dịch vụ công {system_name} tại địa chỉ {portal} và chọn nút «Đăng ký».",
            place="home",
            picture="trang-chu",
            alt="Trang chủ Cổng Dịch vụ công với nút Đăng ký màu đỏ và nút Đăng nhập bên cạnh.",
        ),
        Step(
            "Màn hình chuyển đến giao diện đăng ký tài khoản trên Cổng Dịch vụ công quốc gia. "
            "Điền «Họ và tên», "
            "«Ngày sinh», «Số CMND/CCCD», «Số điện thoại»; ô «Email» không bắt buộc. Bấm «Tiếp tục».",
            place="registration",
            picture="dang-ky",
            alt="Trang Đăng ký tài khoản với các ô Họ và tên, Ngày sinh, Số CMND/CCCD, Số điện thoại, "
            "Email và nút Tiếp tục.",
        ),
        Step(
            "Nhập mã gồm {code_digits} số vừa được gửi tới điện thoại vào ô «Nhập OTP» rồi bấm "
            "«Tiếp tục». Mã có hiệu lực "
            "trong {code_minutes} phút và được nhập sai tối đa {code_tries} lần. Sau "
            "{resend_seconds} giây chưa nhận được "
            "mã, hoặc mã hết hiệu lực, bấm «Gửi lại OTP»; chỉ mã mới nhất dùng được.",
            place="code",
            picture="nhap-otp",
            alt="Trang Xác nhận số điện thoại với ô Nhập OTP, thời gian còn lại, nút Tiếp tục và nút "
            "Gửi lại OTP.",
        ),
        Step(
            "Nhập mật khẩu vào hai ô «Nhập mật khẩu» và «Xác nhận mật khẩu», sau đó bấm «Đăng "
            "ký». {password_rule}",
            place="password",
            picture="mat-khau",
            alt="Trang Đặt mật khẩu với quy tắc mật khẩu, hai ô nhập mật khẩu và nút Đăng ký.",
        ),
    ),
    outcome="Như vậy, ông/bà đã đăng ký tài khoản thành công và có thể giao dịch thủ tục hành chính trực tuyến với "
    "Cổng Dịch vụ công {system_name}.",
    notes=(
        Step(
            "Số điện thoại di động, số chứng minh nhân dân hoặc căn cước công dân phải chính xác "
            "thì hệ thống mới xác "
            "thực được. Để kiểm tra số điện thoại có chính chủ hay không, soạn tin TTTB gửi 1414."
        ),
        Step(
            "Nếu gặp thông báo “Thông tin đăng ký không khớp với thông tin thuê bao tại nhà mạng …”, bấm "
            "«Tải phiếu mang đến quầy (PDF)» và liên hệ Bộ phận một cửa gần nhất để được hỗ trợ. Cả tỉnh có "
            "{desk_count} nơi; địa chỉ có ở trang chủ.",
            place="mismatch",
        ),
        Step(
            "Đăng ký dở dang được giữ trong {kept_hours} giờ; mở lại cần mã OTP mới gửi tới cùng "
            "số điện thoại. Trên máy "
            "dùng chung, bấm «Xóa và bắt đầu lại» trước khi rời đi.",
            place="code",
        ),
        Step(
            "Sau {citizen_idle_minutes} phút không thao tác, phiên đăng nhập tự kết thúc. Không "
            "ai, kể cả cán bộ, được hỏi "
            "mật khẩu của ông/bà."
        ),
    ),
)

_OFFICER: Final = Guide(
    slug="can-bo",
    reader="Cán bộ một cửa",
    title="Phụ lục II. Kiểm tra tài khoản khi tiếp nhận hồ sơ",
    lead="Hồ sơ chỉ được tiếp nhận khi tài khoản của chủ hồ sơ đã được kiểm tra trên Cổng Dịch vụ công quốc gia.",
    anchor="phu-luc-2",
    steps=(
        Step(
            "Hồ sơ tiếp nhận trực tiếp: bấm nút «Tiếp nhận hồ sơ».",
            place="desk",
            picture="mot-cua",
            alt="Trang Một cửa điện tử với nút Tiếp nhận hồ sơ và số liệu trong ngày.",
        ),
        Step(
            "Nhập «CMND/CCCD» của chủ hồ sơ hoặc quét mã QR trên thẻ, rồi bấm «Kiểm tra tài khoản».",
            place="check",
            picture="kiem-tra",
            alt="Trang Kiểm tra tài khoản công dân với ô CMND/CCCD và nút Kiểm tra tài khoản.",
        ),
        Step(
            "Trường hợp đã có tài khoản: hệ thống báo «Kiểm tra tài khoản thành công». Đối chiếu "
            "họ tên và ba số cuối với "
            "thẻ, chọn «Thủ tục», «Quy trình» và bấm «Tiếp tục» để nhận hồ sơ.",
            place="checked",
            picture="kiem-tra-duoc",
            alt="Trang Kết quả kiểm tra tài khoản: tên đã che một phần, ba số cuối, ô chọn Thủ tục và "
            "nút Tiếp tục.",
        ),
        Step(
            "Trường hợp chưa có tài khoản: hệ thống hỏi “Công dân chưa có tài khoản trên Cổng "
            "DVCQG. Bạn có muốn chuyển "
            "đến Cổng Dịch Vụ Công Quốc Gia để tạo tài khoản ?”. Bấm «OK» để mở trang đăng ký và "
            "hỗ trợ công dân theo "
            "Phụ lục I; công dân tạo xong thì kiểm tra tài khoản lần nữa. Bấm «Hủy» để kiểm tra và "
            "nhập lại số nếu có sai sót.",
            place="not_found",
            picture="chua-co",
            alt="Hộp thoại Chưa có tài khoản với hai nút OK và Hủy.",
        ),
        Step(
            "Điền phiếu tiếp nhận: cách nộp từng thành phần hồ sơ, nơi nhận kết quả; giấy tờ còn "
            "hiệu lực trong Kho dữ liệu "
            "được lấy ra dùng lại khi chủ hồ sơ đồng ý. Bấm «Tiếp nhận» và in giấy tiếp nhận.",
            place="reception",
        ),
    ),
    outcome="Hồ sơ có mã và ngày hẹn trả; chủ hồ sơ nhận tin báo và theo dõi được trên Cổng.",
    notes=(
        Step(
            "Chỉ khi thuê bao của công dân không khớp với nhà mạng mới hỗ trợ tạo tài khoản theo Phụ lục III."
        ),
        Step(
            "Cán bộ không dùng tài khoản của mình để nộp hồ sơ thay: giấy tờ sẽ vào Kho dữ liệu "
            "của cán bộ mà không vào "
            "Kho dữ liệu của chủ hồ sơ."
        ),
        Step(
            "Cổng không trả lời không có nghĩa là chưa có tài khoản: hệ thống đề nghị tiếp nhận "
            "tạm, tự kiểm tra lại, và "
            "thời hạn giải quyết tính từ lúc kiểm tra được."
        ),
        Step(
            "Tên trên tài khoản khác tên đã ghi khi tiếp nhận tạm: hồ sơ chờ ở danh sách Nợ xác thực, chưa báo cho "
            "ai. Cán bộ xem giấy tờ đang giữ, mở việc “Đối chiếu tên” và ghi kết luận cùng căn cứ."
        ),
        Step(
            "Từ ngày {gate_day}, hoặc từ ngày riêng của đơn vị, việc kiểm tra là bắt buộc. Trước "
            "ngày riêng đó hệ thống "
            "chỉ nhắc và hồ sơ được đánh dấu “Chưa xác thực tài khoản”."
        ),
        Step("Phiên làm việc của cán bộ tự kết thúc sau {officer_idle_minutes} phút không thao tác."),
    ),
)

_CREATOR: Final = Guide(
    slug="tao-tai-khoan",
    reader="Cán bộ được cấp quyền tạo tài khoản",
    title="Phụ lục III. Hỗ trợ tạo tài khoản công dân",
    lead="Dành cho công dân có mặt tại quầy mà số điện thoại không khớp với nhà mạng, "
    "hoặc có lý do khác trong danh mục.",
    anchor="phu-luc-3",
    steps=(
        Step(
            "Vào «Quản trị hệ thống», chọn «Tạo tài khoản công dân», bấm «THÊM MỚI».",
            place="accounts",
            picture="danh-sach-tai-khoan",
            alt="Trang Tạo tài khoản công dân với các ô lọc, nút TÌM KIẾM, nút THÊM MỚI và danh sách "
            "tài khoản.",
        ),
        Step(
            "Nhập «Số CMND/CCCD» và bấm nút «Tra cứu tài khoản». Đã có tài khoản thì thông báo "
            "cho người dân và không "
            "tạo mới.",
            place="assisted",
            picture="tao-tai-khoan",
            alt="Biểu mẫu Tạo tài khoản công dân với nút Tra cứu tài khoản, thông tin công dân và "
            "thông tin cán bộ.",
        ),
        Step(
            "Nhập «Họ và tên», «Ngày sinh», «Số điện thoại» chính chủ theo giấy tờ và chọn «Lý do hỗ trợ tạo». "
            "«Đính kèm CCCD/CMND»: một tệp doc, docx hoặc pdf gồm hai mặt, không vượt quá {file_megabytes} MB. "
            "Chọn «Đơn vị» nơi cán bộ công tác.",
            place="assisted",
        ),
        Step(
            "Bấm «Tải xuống» để in giấy đề nghị; công dân kiểm tra thông tin và ký xác nhận. Sửa "
            "thông tin sau đó thì giấy "
            "và mã OTP trước không còn dùng được.",
            place="assisted",
        ),
        Step(
            "Bấm «Gửi mã OTP»; công dân đọc mã gồm {code_digits} số. OTP chỉ có hiệu lực trong "
            "vòng {code_minutes} phút. "
            "Chưa nhận được thì bấm «Gửi mã OTP» lần nữa, sau {resend_seconds} giây.",
            place="assisted",
        ),
        Step(
            "Nhập mã mới nhất vào ô «Nhập OTP» và bấm «Tạo tài khoản». Hệ thống nhắn mật khẩu một "
            "lần cho công dân, có "
            "hiệu lực trong {one_time_hours} giờ; không ai khác nhìn thấy mật khẩu này.",
            place="assisted",
        ),
        Step(
            "Công dân vào {portal}/kich-hoat/, nhập «Mật khẩu một lần», «Ngày sinh», đặt mật khẩu riêng từ "
            "{password_shortest} ký tự trở lên và bấm «Kích hoạt tài khoản».",
            place="activation",
            picture="kich-hoat",
            alt="Trang Kích hoạt tài khoản với ô Số CMND/CCCD, Mật khẩu một lần, Ngày sinh và mật khẩu mới.",
        ),
    ),
    outcome="Tài khoản được tính là đã có tại quầy ngay sau khi tạo; hồ sơ được tiếp nhận theo Phụ lục II.",
    notes=(
        Step(
            "Yêu cầu làm dở được giữ {kept_hours} giờ; bấm «Lưu tạm» để làm tiếp sau.",
            place="assisted",
        ),
        Step(
            "Không dùng số điện thoại của cán bộ. Số đã gắn với tài khoản khác chỉ dùng chung "
            "được khi hai cán bộ duyệt."
        ),
        Step(
            "Công dân chưa thành niên: bắt buộc chọn ai dùng số này ở ô «Người dùng số này». "
            "Từ ngày đủ tuổi, chính công dân đến quầy nhận tài khoản tại mục «Tài khoản đủ 18 tuổi».",
            place="assisted",
        ),
        Step("Mật khẩu một lần hết hiệu lực: cán bộ bấm gửi lại trong danh sách, tới cùng số điện thoại."),
    ),
)

_ADMINISTRATOR: Final = Guide(
    slug="quan-tri",
    reader="Quản trị đơn vị",
    title="Quản trị đơn vị, cán bộ và ngày áp dụng",
    lead="Dành cho người được giao phân quyền trong đơn vị mình và đơn vị trực thuộc.",
    steps=(
        Step(
            "Mở «Đơn vị» để xem cây đơn vị, bấm «Thêm đơn vị» hoặc «Nhập từ Excel». Đổi tên, sáp "
            "nhập, chia tách đều giữ "
            "lại tên cũ và lịch sử.",
            place="units",
            picture="don-vi",
            alt="Trang Đơn vị với ô tìm kiếm, nút Thêm đơn vị, Nhập từ Excel và cây đơn vị.",
        ),
        Step(
            "Mở «Cán bộ», bấm «Thêm cán bộ», nhập «Số CMND/CCCD của cán bộ», chọn «Đơn vị», "
            "«Quyền» và thời gian giữ vị trí. "
            "Cán bộ phải có tài khoản của chính mình; không ai tự cấp quyền cho mình.",
            place="staff_add",
            picture="them-can-bo",
            alt="Trang Thêm cán bộ với ô số CMND/CCCD, đơn vị, danh sách quyền và thời gian.",
        ),
        Step(
            "Quyền đặc biệt chờ người thứ hai: mở «Cán bộ», bấm «Đề nghị cấp quyền» để duyệt đề "
            "nghị của quản trị viên khác.",
            place="staff",
        ),
        Step(
            "Mỗi vị trí phải được xác nhận lại trong {posts_months} tháng; trước hạn "
            "{posts_listed_days} ngày vị trí hiện "
            "trong «Xác nhận lại vị trí». Quá hạn, vị trí tự hết tác dụng.",
            place="staff",
        ),
        Step(
            "Mở «Đăng nhập của cán bộ» để kết thúc các phiên, «Đặt lại xác thực hai bước» khi cán "
            "bộ mất điện thoại.",
            place="sign_ins",
        ),
        Step(
            "Mở «Sẵn sàng áp dụng» để xem đơn vị nào đã đủ cán bộ, xác thực hai bước và tỷ lệ tài "
            "khoản; chọn các đơn vị còn "
            "đang nhắc rồi bấm «Xem trước và đổi ngày». Người thứ hai duyệt thì ngày áp dụng mới đổi.",
            place="readiness",
            picture="san-sang",
            alt="Trang Sẵn sàng áp dụng: danh sách đơn vị với ngày áp dụng, số cán bộ và tỷ lệ hồ sơ "
            "đã kiểm tra tài khoản.",
        ),
        Step(
            "Mở «Nhà cung cấp danh tính», bấm «Đề nghị mới» để định ngày bắt đầu dùng VNeID và ngày cuối dùng "
            "tài khoản Cổng DVCQG. Người thứ hai duyệt thì thời hạn mới có hiệu lực; không ngày nào được bỏ trống.",
            place="identity_providers",
        ),
    ),
    outcome="Mọi việc cấp quyền, thu hồi và đổi ngày áp dụng đều được ghi vào nhật ký.",
    notes=(
        Step(
            "Thu hồi quyền có tác dụng từ lượt bấm kế tiếp của cán bộ. Phiên của cán bộ tự kết thúc sau "
            "{officer_idle_minutes} phút không thao tác."
        ),
        Step(
            "Ngày áp dụng chung là {gate_day}. Ngày của đơn vị chỉ được đưa lên sớm hơn, không "
            "được lùi lại khi đã áp dụng."
        ),
    ),
)

GUIDES: Final = (_CITIZEN, _OFFICER, _CREATOR, _ADMINISTRATOR)
