"""Step 1 of 2: marks may lie in a cover whose key changes, and each table keeps the form that counts (ADR 0041)."""

from django.db import migrations, models

from motcua.keys.guarding import covered, mark_fits
from motcua.keys.marks import MarkFits


class Migration(migrations.Migration):
    atomic = False  # one table at a time: the running system goes on
    dependencies = [("accounts", "0080_another_field_key"), ("keys", "0010_lookup_keys")]

    operations = [
        mark_fits(
            "assistapplication",
            "accounts_assistapplication",
            "number_bi",
            models.CheckConstraint(
                condition=models.Q(("number_bi__isnull", True), MarkFits("number_bi"), _connector="OR"),
                name="application_number_bi_32",
                violation_error_message="Chỉ mục mã hóa phải dài 32 byte.",
            ),
        ),
        mark_fits(
            "assistapplication",
            "accounts_assistapplication",
            "phone_bi",
            models.CheckConstraint(
                condition=models.Q(("phone_bi__isnull", True), MarkFits("phone_bi"), _connector="OR"),
                name="application_phone_bi_32",
                violation_error_message="Chỉ mục mã hóa phải dài 32 byte.",
            ),
        ),
        covered("accounts_assistapplication", "number_bi", "old_number_bi", "phone_bi"),
        mark_fits(
            "decoynumber",
            "accounts_decoynumber",
            "number_bi",
            models.CheckConstraint(
                condition=models.Q(("number_bi__isnull", True), MarkFits("number_bi"), _connector="OR"),
                name="decoy_number_bi_32",
                violation_error_message="Chỉ mục mã hóa phải dài 32 byte.",
            ),
        ),
        covered("accounts_decoynumber", "number_bi"),
        mark_fits(
            "emailbinding",
            "accounts_emailbinding",
            "email_bi",
            models.CheckConstraint(
                condition=models.Q(("email_bi__isnull", True), MarkFits("email_bi"), _connector="OR"),
                name="email_email_bi_32",
                violation_error_message="Chỉ mục mã hóa phải dài 32 byte.",
            ),
        ),
        covered("accounts_emailbinding", "email_bi"),
        mark_fits(
            "emailproof",
            "accounts_emailproof",
            "email_bi",
            models.CheckConstraint(
                condition=models.Q(("email_bi__isnull", True), MarkFits("email_bi"), _connector="OR"),
                name="email_proof_email_bi_32",
                violation_error_message="Chỉ mục mã hóa phải dài 32 byte.",
            ),
        ),
        covered("accounts_emailproof", "email_bi"),
        mark_fits(
            "identitydocument",
            "accounts_identitydocument",
            "number_bi",
            models.CheckConstraint(
                condition=models.Q(("number_bi__isnull", True), MarkFits("number_bi"), _connector="OR"),
                name="identity_number_bi_32",
                violation_error_message="Chỉ mục mã hóa phải dài 32 byte.",
            ),
        ),
        covered("accounts_identitydocument", "number_bi"),
        mark_fits(
            "lookup",
            "accounts_lookup",
            "number_bi",
            models.CheckConstraint(
                condition=models.Q(("number_bi__isnull", True), MarkFits("number_bi"), _connector="OR"),
                name="look_up_number_bi_32",
                violation_error_message="Chỉ mục mã hóa phải dài 32 byte.",
            ),
        ),
        covered("accounts_lookup", "number_bi"),
        mark_fits(
            "passcode",
            "accounts_passcode",
            "subject_bi",
            models.CheckConstraint(
                condition=models.Q(("subject_bi__isnull", True), MarkFits("subject_bi"), _connector="OR"),
                name="passcode_subject_bi_32",
                violation_error_message="Chỉ mục mã hóa phải dài 32 byte.",
            ),
        ),
        mark_fits(
            "passcode",
            "accounts_passcode",
            "phone_bi",
            models.CheckConstraint(
                condition=models.Q(("phone_bi__isnull", True), MarkFits("phone_bi"), _connector="OR"),
                name="passcode_phone_bi_32",
                violation_error_message="Chỉ mục mã hóa phải dài 32 byte.",
            ),
        ),
        covered("accounts_passcode", "subject_bi", "phone_bi"),
        mark_fits(
            "phonebinding",
            "accounts_phonebinding",
            "phone_bi",
            models.CheckConstraint(
                condition=models.Q(("phone_bi__isnull", True), MarkFits("phone_bi"), _connector="OR"),
                name="phone_phone_bi_32",
                violation_error_message="Chỉ mục mã hóa phải dài 32 byte.",
            ),
        ),
        covered("accounts_phonebinding", "phone_bi"),
        mark_fits(
            "phoneexception",
            "accounts_phoneexception",
            "phone_bi",
            models.CheckConstraint(
                condition=models.Q(("phone_bi__isnull", True), MarkFits("phone_bi"), _connector="OR"),
                name="phone_exception_phone_bi_32",
                violation_error_message="Chỉ mục mã hóa phải dài 32 byte.",
            ),
        ),
        covered("accounts_phoneexception", "phone_bi"),
        covered("accounts_recovery", "subject_bi", "phone_bi"),
        mark_fits(
            "registration",
            "accounts_registration",
            "number_bi",
            models.CheckConstraint(
                condition=models.Q(("number_bi__isnull", True), MarkFits("number_bi"), _connector="OR"),
                name="registration_number_bi_32",
                violation_error_message="Chỉ mục mã hóa phải dài 32 byte.",
            ),
        ),
        mark_fits(
            "registration",
            "accounts_registration",
            "phone_bi",
            models.CheckConstraint(
                condition=models.Q(("phone_bi__isnull", True), MarkFits("phone_bi"), _connector="OR"),
                name="registration_phone_bi_32",
                violation_error_message="Chỉ mục mã hóa phải dài 32 byte.",
            ),
        ),
        covered("accounts_registration", "number_bi", "phone_bi"),
        mark_fits(
            "restingreset",
            "accounts_restingreset",
            "phone_bi",
            models.CheckConstraint(
                condition=models.Q(("phone_bi__isnull", True), MarkFits("phone_bi"), _connector="OR"),
                name="resting_reset_phone_bi_32",
                violation_error_message="Chỉ mục mã hóa phải dài 32 byte.",
            ),
        ),
        covered("accounts_restingreset", "phone_bi"),
        mark_fits(
            "subscribercheck",
            "accounts_subscribercheck",
            "subject_bi",
            models.CheckConstraint(
                condition=models.Q(("subject_bi__isnull", True), MarkFits("subject_bi"), _connector="OR"),
                name="subscriber_check_subject_bi_32",
                violation_error_message="Chỉ mục mã hóa phải dài 32 byte.",
            ),
        ),
        mark_fits(
            "subscribercheck",
            "accounts_subscribercheck",
            "phone_bi",
            models.CheckConstraint(
                condition=models.Q(("phone_bi__isnull", True), MarkFits("phone_bi"), _connector="OR"),
                name="subscriber_check_phone_bi_32",
                violation_error_message="Chỉ mục mã hóa phải dài 32 byte.",
            ),
        ),
        covered("accounts_subscribercheck", "subject_bi", "phone_bi"),
        mark_fits(
            "vneidlink",
            "accounts_vneidlink",
            "tech_bi",
            models.CheckConstraint(
                condition=models.Q(("tech_bi__isnull", True), MarkFits("tech_bi"), _connector="OR"),
                name="vneid_tech_bi_32",
                violation_error_message="Chỉ mục mã hóa phải dài 32 byte.",
            ),
        ),
        covered("accounts_vneidlink", "tech_bi"),
    ]
