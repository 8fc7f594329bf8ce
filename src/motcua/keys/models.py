"""Khóa trường: which numbers are known, and which are gone for good. No key lies here."""

from typing import Any

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now


class ClockNow(Now):
    """The database's own clock, moving inside a transaction."""

    def as_postgresql(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        return self.as_sql(compiler, connection, template="CLOCK_TIMESTAMP()", **extra)


class KnownFieldKey(models.Model):
    """Which key goes by a number, on every machine: a value by which it is recognised, never the key itself."""

    number = models.PositiveSmallIntegerField("số khóa", primary_key=True)
    check_value = models.BinaryField("dấu nhận ra khóa", max_length=32)
    known_at = models.DateTimeField("lúc", db_default=ClockNow(), editable=False)

    class Meta:
        verbose_name = "khóa trường đã biết"
        constraints = [
            models.CheckConstraint(
                name="known_field_key_is_a_byte",
                condition=Q(number__gte=1, number__lte=255),
                violation_error_message="Số của khóa phải từ 1 đến 255.",
            ),
            models.CheckConstraint(
                name="known_field_key_check_is_32_bytes",
                condition=models.lookups.Exact(
                    models.Func("check_value", function="OCTET_LENGTH", output_field=models.IntegerField()),
                    32,
                ),
                violation_error_message="Dấu nhận ra khóa phải đủ 32 byte.",
            ),
        ]

    def __str__(self) -> str:
        return f"field-key:{self.pk}"


class RetiredFieldKey(models.Model):
    """A key that seals nothing any more and never will: a trigger on each table refuses values under it."""

    number = models.PositiveSmallIntegerField("số khóa", primary_key=True)
    retired_at = models.DateTimeField("lúc", db_default=ClockNow(), editable=False)

    class Meta:
        verbose_name = "khóa trường đã bỏ"
        constraints = [
            models.CheckConstraint(
                name="retired_field_key_is_a_byte",
                condition=Q(number__gte=1, number__lte=255),
                violation_error_message="Số của khóa phải từ 1 đến 255.",
            ),
        ]

    def __str__(self) -> str:
        return f"field-key:{self.pk}"


class KnownSecretKey(models.Model):
    """The same for the secrets that pages are signed with."""

    number = models.PositiveSmallIntegerField("số bí mật", primary_key=True)
    check_value = models.BinaryField("dấu nhận ra bí mật", max_length=32)
    known_at = models.DateTimeField("lúc", db_default=ClockNow(), editable=False)

    class Meta:
        verbose_name = "bí mật đã biết"
        constraints = [
            models.CheckConstraint(
                name="known_secret_key_is_a_byte",
                condition=Q(number__gte=1, number__lte=255),
                violation_error_message="Số của bí mật phải từ 1 đến 255.",
            ),
            models.CheckConstraint(
                name="known_secret_key_check_is_32_bytes",
                condition=models.lookups.Exact(
                    models.Func("check_value", function="OCTET_LENGTH", output_field=models.IntegerField()),
                    32,
                ),
                violation_error_message="Dấu nhận ra bí mật phải đủ 32 byte.",
            ),
        ]

    def __str__(self) -> str:
        return f"secret-key:{self.pk}"


class KnownLookupKey(models.Model):
    """The same for the keys of the covers of marks (ADR 0041). Number 1 stands for no cover."""

    number = models.PositiveSmallIntegerField("số khóa", primary_key=True)
    check_value = models.BinaryField("dấu nhận ra khóa", max_length=32)
    known_at = models.DateTimeField("lúc", db_default=ClockNow(), editable=False)

    class Meta:
        verbose_name = "khóa tra cứu đã biết"
        constraints = [
            models.CheckConstraint(
                name="known_lookup_key_is_a_byte",
                condition=Q(number__gte=1, number__lte=255),
                violation_error_message="Số của khóa phải từ 1 đến 255.",
            ),
            models.CheckConstraint(
                name="known_lookup_key_check_is_32_bytes",
                condition=models.lookups.Exact(
                    models.Func("check_value", function="OCTET_LENGTH", output_field=models.IntegerField()),
                    32,
                ),
                violation_error_message="Dấu nhận ra khóa phải đủ 32 byte.",
            ),
        ]

    def __str__(self) -> str:
        return f"lookup-key:{self.pk}"


class BegunLookupKey(models.Model):
    """The highest number here is the cover that rows have now; without a row they have none.

    Written in the transaction that changes the rows, so whoever writes to a table reads here what counts in it.
    """

    number = models.PositiveSmallIntegerField("số khóa", primary_key=True)
    begun_at = models.DateTimeField("lúc", db_default=ClockNow(), editable=False)

    class Meta:
        verbose_name = "khóa tra cứu đã bắt đầu"
        constraints = [
            models.CheckConstraint(
                name="begun_lookup_key_is_a_byte",
                condition=Q(number__gte=2, number__lte=255),
                violation_error_message="Số của khóa phải từ 2 đến 255.",
            ),
        ]

    def __str__(self) -> str:
        return f"lookup-key:{self.pk}"


class Machine(models.Model):
    """With which key a machine seals, said by its worker: no key goes while a machine still seals with it."""

    name = models.TextField("tên máy", primary_key=True)
    number = models.PositiveSmallIntegerField("đang mã hóa bằng khóa số")
    #: The newest key of look-ups that it has, in use or waiting.
    lookup_number = models.PositiveSmallIntegerField("có khóa tra cứu số", default=1, db_default=1)
    since = models.DateTimeField("từ")
    seen_at = models.DateTimeField("thấy lần cuối")

    class Meta:
        verbose_name = "máy đang mã hóa"
        constraints = [
            models.CheckConstraint(
                name="machine_seals_with_a_byte",
                condition=Q(number__gte=1, number__lte=255),
                violation_error_message="Số của khóa phải từ 1 đến 255.",
            ),
            models.CheckConstraint(
                name="machine_looks_up_with_a_byte",
                condition=Q(lookup_number__gte=1, lookup_number__lte=255),
                violation_error_message="Số của khóa phải từ 1 đến 255.",
            ),
            models.CheckConstraint(
                name="machine_has_a_host_name",
                condition=Q(name__regex=r"\A[A-Za-z0-9_.-]{1,80}\Z"),
                violation_error_message="Tên máy chỉ gồm chữ, số, dấu chấm và gạch.",
            ),
        ]

    def __str__(self) -> str:
        return f"machine:{self.number}"
