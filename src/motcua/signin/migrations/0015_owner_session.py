"""A desk may ask for the person's own session, so that they file and choose papers there themselves."""

import django.contrib.postgres.fields
from django.db import migrations, models

from motcua.signin.arranged import at_home

_SCOPES = ["openid", "profile", "dvcqg", "desk.officer", "owner.session", "offline_access"]


class Migration(migrations.Migration):
    dependencies = [("signin", "0011_sign_in_rules")]
    operations = at_home(
        [
            migrations.AlterField(
                model_name="sharing",
                name="scopes",
                field=django.contrib.postgres.fields.ArrayField(
                    base_field=models.TextField(
                        choices=[
                            ("openid", "Mã riêng của ông/bà tại hệ thống này, không phải số định danh"),
                            ("profile", "Họ và tên"),
                            ("dvcqg", "Số định danh, ngày sinh, số điện thoại, email và loại tài khoản"),
                            ("desk.officer", "Việc ông/bà đăng nhập với tư cách cán bộ"),
                            (
                                "owner.session",
                                "Nộp hồ sơ và chọn giấy tờ trong kho dữ liệu của ông/bà, khi ông/bà đang đăng nhập",
                            ),
                            (
                                "offline_access",
                                "Các thông tin này trong 30 ngày, cả khi ông/bà không mở trang",
                            ),
                        ]
                    ),
                    size=None,
                ),
            ),
            migrations.AlterField(
                model_name="signin",
                name="scopes",
                field=django.contrib.postgres.fields.ArrayField(
                    base_field=models.TextField(
                        choices=[
                            ("openid", "Mã riêng của ông/bà tại hệ thống này, không phải số định danh"),
                            ("profile", "Họ và tên"),
                            ("dvcqg", "Số định danh, ngày sinh, số điện thoại, email và loại tài khoản"),
                            ("desk.officer", "Việc ông/bà đăng nhập với tư cách cán bộ"),
                            (
                                "owner.session",
                                "Nộp hồ sơ và chọn giấy tờ trong kho dữ liệu của ông/bà, khi ông/bà đang đăng nhập",
                            ),
                            (
                                "offline_access",
                                "Các thông tin này trong 30 ngày, cả khi ông/bà không mở trang",
                            ),
                        ]
                    ),
                    size=None,
                ),
            ),
            migrations.AlterField(
                model_name="signinregistration",
                name="scopes",
                field=django.contrib.postgres.fields.ArrayField(
                    base_field=models.TextField(
                        choices=[
                            ("openid", "Mã riêng của ông/bà tại hệ thống này, không phải số định danh"),
                            ("profile", "Họ và tên"),
                            ("dvcqg", "Số định danh, ngày sinh, số điện thoại, email và loại tài khoản"),
                            ("desk.officer", "Việc ông/bà đăng nhập với tư cách cán bộ"),
                            (
                                "owner.session",
                                "Nộp hồ sơ và chọn giấy tờ trong kho dữ liệu của ông/bà, khi ông/bà đang đăng nhập",
                            ),
                            (
                                "offline_access",
                                "Các thông tin này trong 30 ngày, cả khi ông/bà không mở trang",
                            ),
                        ]
                    ),
                    size=None,
                ),
            ),
            migrations.RemoveConstraint("signinregistration", "entry_scopes_known"),
            migrations.AddConstraint(
                "signinregistration",
                models.CheckConstraint(
                    name="entry_scopes_known",
                    condition=models.Q(scopes__contains=["openid"]) & models.Q(scopes__contained_by=_SCOPES),
                    violation_error_message="Nhóm thông tin không có trong danh mục.",
                ),
            ),
        ]
    )
