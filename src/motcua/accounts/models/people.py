"""Who a person is: numbers, account, phone."""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q

from motcua.accounts.models.columns import fingerprint_is_32_bytes, one_of, since
from motcua.keys.marks import MarkField


class Person(models.Model):
    """A human being or an organisation. Names stand in clear so that lists can be searched (threats V-25)."""

    class Kind(models.TextChoices):
        CITIZEN = "CITIZEN", "Công dân"
        ORGANISATION = "ORGANISATION", "Tổ chức"

    kind = models.CharField(max_length=12, choices=Kind.choices, default=Kind.CITIZEN)
    full_name = models.CharField(max_length=200)
    name_words = ArrayField(models.CharField(max_length=50))
    folded_name = models.CharField(max_length=200)
    born_on = models.DateField(null=True)
    born_year_only = models.BooleanField(default=False)
    email = models.CharField(max_length=254, blank=True, default="")
    created_at = since()

    class Meta:
        indexes = [
            GinIndex(fields=["name_words"], name="person_name_words"),
            models.Index(fields=["folded_name", "born_on"], name="person_same_name_birth"),
        ]
        constraints = [
            one_of("person", "kind", ["CITIZEN", "ORGANISATION"]),
            models.CheckConstraint(
                name="person_citizen_has_birth_date",
                # Somebody forgotten has neither name nor birth date (accounts/forgetting.py).
                condition=Q(kind="ORGANISATION") | Q(born_on__isnull=False) | Q(full_name=""),
                violation_error_message="Công dân phải có ngày sinh.",
            ),
        ]

    def __str__(self) -> str:
        return f"person:{self.pk}"


class IdentityDocument(models.Model):
    """One number of one person; all of a person's numbers lead to the one account (SPEC 2)."""

    class Kind(models.TextChoices):
        CMND9 = "CMND9", "CMND 9 số"
        CCCD12 = "CCCD12", "CCCD hoặc số định danh 12 số"
        MST = "MST", "Mã số thuế"

    class Status(models.TextChoices):
        ACTIVE = "active", "đang dùng"
        RETIRED = "retired", "đã thôi dùng"

    class Source(models.TextChoices):
        OWNER = "OWNER", "chủ tài khoản khai"
        QR = "QR", "mã QR trên thẻ"
        OFFICER = "OFFICER", "cán bộ đối chiếu giấy tờ"
        VNEID = "VNEID", "VNeID xác nhận"

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="documents")
    kind = models.CharField(max_length=6, choices=Kind.choices)
    number_sealed = models.BinaryField()
    number_bi = MarkField()
    last3 = models.CharField(max_length=3)
    status = models.CharField(max_length=8, choices=Status.choices, default=Status.ACTIVE)
    source = models.CharField(max_length=8, choices=Source.choices)
    row_key = models.UUIDField(default=uuid.uuid4, editable=False)
    linked_at = since()
    #: Whose number it was before two accounts of one person were joined; it goes back there when they are parted.
    came_from = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            # threats C1: the database, not the form, decides that a number opens one account.
            models.UniqueConstraint(
                fields=["number_bi"], condition=Q(status="active"), name="identity_number_active_once"
            ),
            fingerprint_is_32_bytes("identity", "number_bi"),
            one_of("identity", "kind", ["CMND9", "CCCD12", "MST"]),
            one_of("identity", "status", ["active", "retired"]),
        ]

    def __str__(self) -> str:
        return f"identity:{self.pk}"


class Account(models.Model):
    """A digital account on the national portal."""

    class Status(models.TextChoices):
        PENDING = "pending_activation", "chờ kích hoạt"
        ACTIVE = "active", "đang hoạt động"
        LOCKED = "locked", "tạm khóa"
        FROZEN = "frozen", "đóng băng"
        CLOSED = "closed", "đã đóng"
        MERGED = "merged", "đã gộp vào tài khoản khác"

    class Origin(models.TextChoices):
        SELF = "SELF", "Tự đăng ký"
        ASSISTED = "ASSISTED", "Cán bộ tạo"
        VNEID = "VNEID", "Mở bằng VNeID"

    LIVE = ("pending_activation", "active", "locked", "frozen")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="accounts")
    status = models.CharField(max_length=20, choices=Status.choices)
    origin = models.CharField(max_length=8, choices=Origin.choices)
    password = models.CharField(max_length=160, blank=True, default="")
    password_set_at = models.DateTimeField(null=True)
    #: Opened, or taken into use, by VNeID: nobody signs in with a password.
    without_password = models.BooleanField(default=False, db_default=False)
    opened_at = since()
    activated_at = models.DateTimeField(null=True)
    vouched_by = models.CharField(max_length=64, blank=True, default="")
    vouching_unit_id = models.BigIntegerField(null=True)
    vouching_unit_code = models.CharField(max_length=64, blank=True, default="")
    under_review = models.BooleanField(default=False)
    #: The account of the same person that stays; whoever asks for this one is led there.
    merged_into = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="merged")

    class Meta:
        constraints = [
            # threats C2
            models.UniqueConstraint(
                fields=["person"],
                condition=Q(status__in=["pending_activation", "active", "locked", "frozen"]),
                name="account_live_once_per_person",
            ),
            one_of(
                "account",
                "status",
                ["pending_activation", "active", "locked", "frozen", "closed", "merged"],
            ),
            one_of("account", "origin", ["SELF", "ASSISTED", "VNEID"]),
            models.CheckConstraint(
                name="account_assisted_has_voucher",
                condition=Q(origin__in=["SELF", "VNEID"], vouched_by="")
                | (Q(origin="ASSISTED") & ~Q(vouched_by="")),
                violation_error_message="Tài khoản do cán bộ tạo phải ghi cán bộ xác nhận.",
            ),
            models.CheckConstraint(
                name="account_active_has_password",
                condition=~Q(status="active") | ~Q(password="") | Q(without_password=True),
                violation_error_message="Tài khoản đang hoạt động phải có mật khẩu, trừ tài khoản dùng VNeID.",
            ),
            models.CheckConstraint(
                name="account_of_vneid_has_no_password",
                condition=Q(without_password=True, password="")
                | Q(without_password=False) & ~Q(origin="VNEID"),
                violation_error_message="Tài khoản mở bằng VNeID không có mật khẩu.",
            ),
            models.CheckConstraint(
                name="account_merged_says_where",
                condition=Q(status="merged", merged_into__isnull=False)
                | (~Q(status="merged") & Q(merged_into=None))
                | Q(status="closed"),
                violation_error_message="Tài khoản đã gộp phải ghi tài khoản còn lại.",
            ),
        ]
        indexes = [
            models.Index(
                F("vouching_unit_id"),
                F("opened_at").desc(),
                F("id").desc(),
                condition=Q(origin="ASSISTED"),
                name="account_assisted_by_unit",
            ),
            models.Index(
                F("opened_at").desc(),
                F("id").desc(),
                condition=Q(origin="ASSISTED"),
                name="account_assisted_newest",
            ),
            models.Index(
                F("vouched_by"),
                F("opened_at").desc(),
                F("id").desc(),
                condition=Q(origin="ASSISTED"),
                name="account_assisted_by_creator",
            ),
        ]

    def __str__(self) -> str:
        return f"account:{self.pk}"


class PairwiseSubject(models.Model):
    """The opaque id by which one outside system knows an account (SPEC 13)."""

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="subjects")
    audience = models.CharField(max_length=64)
    subject = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["audience", "subject"], name="pairwise_subject_once"),
            models.UniqueConstraint(fields=["account", "audience"], name="pairwise_account_once"),
        ]

    def __str__(self) -> str:
        return f"pairwise:{self.pk}"


class PhoneException(models.Model):
    """One phone for two accounts (guardian, family), approved by two officers (threats C4)."""

    phone_bi = MarkField()
    reason = models.CharField(max_length=300)
    requested_by = models.CharField(max_length=64)
    approved_by = models.CharField(max_length=64)
    approved_at = since()
    used_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            fingerprint_is_32_bytes("phone_exception", "phone_bi"),
            models.CheckConstraint(
                name="phone_exception_two_officers",
                condition=~Q(requested_by=F("approved_by")) & ~Q(requested_by="") & ~Q(approved_by=""),
                violation_error_message="Trường hợp dùng chung số điện thoại phải do hai cán bộ khác nhau duyệt.",
            ),
        ]

    def __str__(self) -> str:
        return f"phone_exception:{self.pk}"


class PhoneBinding(models.Model):
    """The phone an account answers to, and how it was proved."""

    class Status(models.TextChoices):
        ACTIVE = "active", "đang dùng"
        FROZEN = "frozen", "đóng băng"
        CLOSED = "closed", "đã thôi"

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="phones")
    role = models.CharField(max_length=8, default="primary")
    phone_sealed = models.BinaryField()
    phone_bi = MarkField()
    phone_masked = models.CharField(max_length=20)
    status = models.CharField(max_length=8, choices=Status.choices, default=Status.ACTIVE)
    operator = models.CharField(max_length=40, blank=True, default="")
    verdict = models.CharField(max_length=10, blank=True, default="")
    exception = models.OneToOneField(PhoneException, null=True, on_delete=models.PROTECT)
    row_key = models.UUIDField(default=uuid.uuid4, editable=False)
    verified_at = since()
    #: When the operator last said again that the phone is this person's (threats T-11).
    rechecked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            # threats C4: one adult per phone; the exception row carries two officers' names.
            models.UniqueConstraint(
                fields=["phone_bi"],
                condition=Q(role="primary", status="active", exception__isnull=True),
                name="phone_primary_active_once",
            ),
            models.UniqueConstraint(
                fields=["account"],
                condition=Q(role="primary", status="active"),
                name="phone_one_primary_per_account",
            ),
            fingerprint_is_32_bytes("phone", "phone_bi"),
            one_of("phone", "status", ["active", "frozen", "closed"]),
            one_of("phone", "role", ["primary"]),
        ]
        indexes = [models.Index(fields=["phone_bi"], name="phone_by_fingerprint")]

    def __str__(self) -> str:
        return f"phone:{self.pk}"


class Suspicion(models.Model):
    """Same name and birth date under another number: for an officer to look at, never merged by itself."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="suspicions")
    other = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    raised_at = since()
    settled_at = models.DateTimeField(null=True)
    settled_by = models.CharField(max_length=64, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "other"], name="suspicion_pair_once"),
            models.CheckConstraint(
                name="suspicion_two_people",
                condition=~Q(person=F("other")),
                violation_error_message="Hai người phải khác nhau.",
            ),
        ]

    def __str__(self) -> str:
        return f"suspicion:{self.pk}"
