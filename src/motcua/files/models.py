"""Tệp đã nhận: what is known of a file; its bytes lie sealed on disk."""

import uuid
from typing import Any

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now


class ClockNow(Now):
    """The database's own clock, moving inside a transaction."""

    def as_postgresql(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        return self.as_sql(compiler, connection, template="CLOCK_TIMESTAMP()", **extra)


class StoredFile(models.Model):
    """One file, kept once for one purpose, with a key of its own (threats C11, DP-12)."""

    class Purpose(models.TextChoices):
        ID_SCAN = "ID_SCAN", "Bản quét giấy tờ tùy thân"
        SIGNED_REQUEST = "SIGNED_REQUEST", "Giấy đề nghị đã ký"
        DOSSIER_COMPONENT = "DOSSIER_COMPONENT", "Thành phần hồ sơ"
        VAULT_PAPER = "VAULT_PAPER", "Giấy tờ trong kho dữ liệu"
        RESULT = "RESULT", "Kết quả giải quyết"
        EVIDENCE = "EVIDENCE", "Tài liệu kèm theo quyết định"

    class Kind(models.TextChoices):
        DOC = "doc", "Word 97-2003"
        DOCX = "docx", "Word"
        PDF = "pdf", "PDF"

    class ScanStatus(models.TextChoices):
        PENDING = "PENDING", "Đang kiểm tra"
        CLEAN = "CLEAN", "Đạt"
        REFUSED = "REFUSED", "Không đạt"

    class AntivirusStatus(models.TextChoices):
        PENDING = "PENDING", "Chưa quét vi-rút"
        CLEAN = "CLEAN", "Không có vi-rút"
        NOT_CONFIGURED = "NOT_CONFIGURED", "Chưa nối phần mềm diệt vi-rút"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    purpose = models.CharField(max_length=20, choices=Purpose)
    kind = models.CharField(max_length=4, choices=Kind)
    size = models.PositiveIntegerField()
    sha256 = models.BinaryField(max_length=32)
    name_sealed = models.BinaryField(max_length=1024)
    wrapped_key = models.BinaryField(max_length=128, null=True)
    place = models.CharField(max_length=38, unique=True)
    scan_status = models.CharField(max_length=8, choices=ScanStatus, default=ScanStatus.PENDING)
    antivirus = models.CharField(max_length=14, choices=AntivirusStatus, default=AntivirusStatus.PENDING)
    page_count = models.PositiveIntegerField(null=True)
    kept_at = models.DateTimeField(db_default=ClockNow(), editable=False)
    purge_after = models.DateTimeField()
    purged_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "tệp"
        indexes = [
            models.Index(fields=["purge_after"], condition=Q(purged_at=None), name="stored_file_to_purge"),
        ]
        constraints = [
            models.CheckConstraint(
                name="stored_file_size_up_to_5_mib",
                condition=Q(size__gte=1, size__lte=5_242_880),
                violation_error_message="Tệp phải có nội dung và không quá 5 MB.",
            ),
            models.CheckConstraint(
                name="stored_file_known_purpose",
                condition=Q(
                    purpose__in=[
                        "ID_SCAN",
                        "SIGNED_REQUEST",
                        "DOSSIER_COMPONENT",
                        "VAULT_PAPER",
                        "RESULT",
                        "EVIDENCE",
                    ]
                ),
                violation_error_message="Mục đích lưu tệp không hợp lệ.",
            ),
            models.CheckConstraint(
                name="stored_file_known_kind",
                condition=Q(kind__in=["doc", "docx", "pdf"]),
                violation_error_message="Chỉ lưu tệp doc, docx, pdf.",
            ),
            models.CheckConstraint(
                name="stored_file_known_status",
                condition=Q(
                    scan_status__in=["PENDING", "CLEAN", "REFUSED"],
                    antivirus__in=["PENDING", "CLEAN", "NOT_CONFIGURED"],
                ),
                violation_error_message="Trạng thái kiểm tra tệp không hợp lệ.",
            ),
            models.CheckConstraint(
                name="stored_file_clean_only_after_antivirus",
                condition=~Q(scan_status="CLEAN") | ~Q(antivirus="PENDING"),
                violation_error_message="Tệp chưa quét vi-rút thì chưa được coi là đạt.",
            ),
            models.CheckConstraint(
                name="stored_file_key_until_purged",
                condition=Q(purged_at=None, wrapped_key__isnull=False)
                | Q(purged_at__isnull=False, wrapped_key=None),
                violation_error_message="Tệp đã hủy thì không còn khóa, tệp còn giữ thì phải có.",
            ),
            models.CheckConstraint(
                name="stored_file_sha256_is_32_bytes",
                condition=models.lookups.Exact(
                    models.Func("sha256", function="OCTET_LENGTH", output_field=models.IntegerField()), 32
                ),
                violation_error_message="Mã băm SHA-256 phải đủ 32 byte.",
            ),
        ]

    def __str__(self) -> str:
        return f"file:{self.public_id}"


class RetiredFileKey(models.Model):
    """A key that wraps no file any more and never will: a trigger refuses files under it."""

    number = models.PositiveSmallIntegerField("số khóa", primary_key=True)
    retired_at = models.DateTimeField("lúc", db_default=ClockNow(), editable=False)

    class Meta:
        verbose_name = "khóa tệp đã bỏ"
        constraints = [
            models.CheckConstraint(
                name="retired_file_key_is_a_byte",
                condition=Q(number__gte=1, number__lte=255),
                violation_error_message="Số của khóa phải từ 1 đến 255.",
            ),
        ]

    def __str__(self) -> str:
        return f"file-key:{self.pk}"


class KnownFileKey(models.Model):
    """Which key goes by a number, on every machine: a value by which it is recognised, never the key itself."""

    number = models.PositiveSmallIntegerField("số khóa", primary_key=True)
    check_value = models.BinaryField("dấu nhận ra khóa", max_length=32)
    known_at = models.DateTimeField("lúc", db_default=ClockNow(), editable=False)

    class Meta:
        verbose_name = "khóa tệp đã biết"
        constraints = [
            models.CheckConstraint(
                name="known_file_key_is_a_byte",
                condition=Q(number__gte=1, number__lte=255),
                violation_error_message="Số của khóa phải từ 1 đến 255.",
            ),
            models.CheckConstraint(
                name="known_file_key_check_is_32_bytes",
                condition=models.lookups.Exact(
                    models.Func("check_value", function="OCTET_LENGTH", output_field=models.IntegerField()),
                    32,
                ),
                violation_error_message="Dấu nhận ra khóa phải đủ 32 byte.",
            ),
        ]

    def __str__(self) -> str:
        return f"file-key:{self.pk}"
