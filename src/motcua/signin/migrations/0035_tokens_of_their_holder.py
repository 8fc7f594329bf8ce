"""Tokens serve only their holder: each proof once, and a day for the systems that were registered before."""

from django.db import migrations, models

import motcua.keys.columns

# Half a year, or until the registration ends anyway: who was agreed to under the old rule is not cut off overnight.
EARLIER = """
ALTER TABLE signin_registration DISABLE TRIGGER registration_moves;
UPDATE signin_registration SET bearer_until = least(expires_on, current_date + 183)
 WHERE decision = 'WAITING' OR (decision = 'APPROVED' AND ended_at IS NULL);
ALTER TABLE signin_registration ENABLE TRIGGER registration_moves;
"""


class Migration(migrations.Migration):
    dependencies = [("signin", "0020_told_by_desks")]
    operations = [
        migrations.AddField(
            "registration", "bearer_until", models.DateField(null=True, blank=True, editable=False)
        ),
        migrations.RunSQL(EARLIER, "SELECT 1"),
        migrations.CreateModel(
            name="UsedProof",
            fields=[
                ("mark", models.BinaryField(primary_key=True, serialize=False)),
                ("until", models.DateTimeField()),
            ],
            options={
                "verbose_name": "bằng chứng giữ thẻ đã dùng",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("mark__isnull", True),
                            motcua.keys.columns.OctetLengthIs("mark"),
                            _connector="OR",
                        ),
                        name="used_proof_mark_32",
                        violation_error_message="Chỉ mục mã hóa phải dài 32 byte.",
                    ),
                ],
            },
        ),
    ]
