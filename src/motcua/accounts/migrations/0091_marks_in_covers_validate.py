"""Step 2 of 2: the lengths of earlier marks are looked at, without blocking writers."""

from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("accounts", "0090_marks_in_covers")]
    operations = [
        ValidateConstraint("assistapplication", name="application_number_bi_32"),
        ValidateConstraint("assistapplication", name="application_phone_bi_32"),
        ValidateConstraint("decoynumber", name="decoy_number_bi_32"),
        ValidateConstraint("emailbinding", name="email_email_bi_32"),
        ValidateConstraint("emailproof", name="email_proof_email_bi_32"),
        ValidateConstraint("identitydocument", name="identity_number_bi_32"),
        ValidateConstraint("lookup", name="look_up_number_bi_32"),
        ValidateConstraint("passcode", name="passcode_subject_bi_32"),
        ValidateConstraint("passcode", name="passcode_phone_bi_32"),
        ValidateConstraint("phonebinding", name="phone_phone_bi_32"),
        ValidateConstraint("phoneexception", name="phone_exception_phone_bi_32"),
        ValidateConstraint("registration", name="registration_number_bi_32"),
        ValidateConstraint("registration", name="registration_phone_bi_32"),
        ValidateConstraint("restingreset", name="resting_reset_phone_bi_32"),
        ValidateConstraint("subscribercheck", name="subscriber_check_subject_bi_32"),
        ValidateConstraint("subscribercheck", name="subscriber_check_phone_bi_32"),
        ValidateConstraint("vneidlink", name="vneid_tech_bi_32"),
    ]
