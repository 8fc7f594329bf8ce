"""A scope of its own for whole numbers and phones: a desk that may check accounts does not see them thereby."""

import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("signin", "0036_new_registrations_are_bound"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="callcount",
            name="call_count_scope_known",
        ),
        migrations.RemoveConstraint(
            model_name="registration",
            name="registration_scopes_known",
        ),
        migrations.AlterField(
            model_name="callcount",
            name="scope",
            field=models.TextField(
                choices=[
                    ("account.check", "Kiểm tra tài khoản của chủ hồ sơ"),
                    ("owner.session", "Nhận chứng nhận về người đang đăng nhập, bằng thẻ của chính người đó"),
                    ("owner.notice", "Báo tin về hồ sơ cho chủ tài khoản"),
                    ("vault.lend", "Hỏi, mượn và xem giấy tờ trong kho dữ liệu của chủ hồ sơ"),
                    ("vault.put", "Đưa giấy tờ, kết quả vào kho dữ liệu của chủ hồ sơ"),
                    ("dossier.events", "Nhận diễn biến hồ sơ của đơn vị (không có dữ liệu cá nhân)"),
                    ("catalogue.read", "Lấy danh mục đơn vị và thủ tục"),
                    ("catalogue.write", "Nhập danh mục thủ tục"),
                    (
                        "officer.reset",
                        "Đặt lại xác thực hai bước cho cán bộ của hệ thống, khi hai quản trị viên ở đó đồng ý",
                    ),
                    (
                        "desk.standing",
                        "Báo thủ tục được tiếp nhận và hồ sơ đang giải quyết của chủ tài khoản",
                    ),
                    (
                        "owner.reveal",
                        "Xem số định danh hoặc số điện thoại đầy đủ của chủ hồ sơ đang giải quyết",
                    ),
                ]
            ),
        ),
        migrations.AlterField(
            model_name="registration",
            name="scopes",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.TextField(
                    choices=[
                        ("account.check", "Kiểm tra tài khoản của chủ hồ sơ"),
                        (
                            "owner.session",
                            "Nhận chứng nhận về người đang đăng nhập, bằng thẻ của chính người đó",
                        ),
                        ("owner.notice", "Báo tin về hồ sơ cho chủ tài khoản"),
                        ("vault.lend", "Hỏi, mượn và xem giấy tờ trong kho dữ liệu của chủ hồ sơ"),
                        ("vault.put", "Đưa giấy tờ, kết quả vào kho dữ liệu của chủ hồ sơ"),
                        ("dossier.events", "Nhận diễn biến hồ sơ của đơn vị (không có dữ liệu cá nhân)"),
                        ("catalogue.read", "Lấy danh mục đơn vị và thủ tục"),
                        ("catalogue.write", "Nhập danh mục thủ tục"),
                        (
                            "officer.reset",
                            "Đặt lại xác thực hai bước cho cán bộ của hệ thống, khi hai quản trị viên ở đó đồng ý",
                        ),
                        (
                            "desk.standing",
                            "Báo thủ tục được tiếp nhận và hồ sơ đang giải quyết của chủ tài khoản",
                        ),
                        (
                            "owner.reveal",
                            "Xem số định danh hoặc số điện thoại đầy đủ của chủ hồ sơ đang giải quyết",
                        ),
                    ]
                ),
                size=None,
            ),
        ),
        migrations.AddConstraint(
            model_name="callcount",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "scope__in",
                        [
                            "account.check",
                            "owner.session",
                            "owner.notice",
                            "vault.lend",
                            "vault.put",
                            "dossier.events",
                            "catalogue.read",
                            "catalogue.write",
                            "officer.reset",
                            "desk.standing",
                            "owner.reveal",
                        ],
                    )
                ),
                name="call_count_scope_known",
                violation_error_message="Phạm vi kết nối không có trong danh mục.",
            ),
        ),
        migrations.AddConstraint(
            model_name="registration",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("scopes__len__gte", 1),
                    (
                        "scopes__contained_by",
                        [
                            "account.check",
                            "owner.session",
                            "owner.notice",
                            "vault.lend",
                            "vault.put",
                            "dossier.events",
                            "catalogue.read",
                            "catalogue.write",
                            "officer.reset",
                            "desk.standing",
                            "owner.reveal",
                        ],
                    ),
                ),
                name="registration_scopes_known",
                violation_error_message="Phạm vi kết nối không có trong danh mục.",
            ),
        ),
    ]
