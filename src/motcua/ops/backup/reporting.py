"""What a restore found, in words for the operator and as JSON for whoever keeps the figures."""

import json
from dataclasses import asdict
from datetime import datetime

from motcua.ops.backup.restoring import Report


def in_words(report: Report) -> str:
    taken = datetime.fromisoformat(report.taken_at).astimezone()
    lines = [
        f"Đã khôi phục bản {report.backup}, {'đến thay đổi cuối lúc' if report.from_log else 'thời điểm'}"
        f" {taken:%H:%M:%S %d/%m/%Y}.",
        f"  Dòng dữ liệu        {report.rows}{'' if report.from_log else ', đúng số lúc sao lưu'}",
        f"  Tệp đã mở, đúng dấu {report.files}",
        f"  Nhật ký             {_journal(report)}",
        f"  Xóa lại             {report.erased_again} người; đã xóa từ trước {report.erased_before}",
        f"  Phiên đã kết thúc   {report.sessions_ended}",
    ]
    if report.lost_seals:
        lines.append(
            f"  MẤT                 các dòng nhật ký mới hơn bản sao lưu, dấu niêm {report.lost_seals};"
            f" từ nay kiểm tra bằng: motcua journal verify --lost {report.lost_seals}"
        )
    if report.lost_files:
        lines.append(f"  MẤT                 {len(report.lost_files)} tệp: {', '.join(report.lost_files)}")
    if report.lost_values:
        lines.append(f"  MẤT                 {report.lost_values} giá trị mã hóa mà KEYS_DIR không mở được")
    lines += [
        "",
        "Chưa có gì được gửi ra ngoài. Khi đây là hệ thống chính, chạy: motcua outbox release",
        "Nếu tài khoản motcua_app là mới, chạy lại motcua grants với MOTCUA_APP_PASSWORD_FILE.",
    ]
    return "\n".join(lines)


def _journal(report: Report) -> str:
    if not report.seals_checked:
        return "CHƯA ĐƯỢC CHỨNG: không có lời chứng nào để đối chiếu"
    return f"đúng với lời chứng đến dấu niêm số {report.seals_checked}"


def as_json(report: Report) -> str:
    return json.dumps(asdict(report), sort_keys=True, indent=1) + "\n"
