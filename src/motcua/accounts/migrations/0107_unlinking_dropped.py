"""What became of a request to take a link away that ended without two officers: by whom it was asked, how it ended.

And when the owner last stopped one, whatever became of later ones.
"""

from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models
from django.db.models import Q

_PATCH = """
DO $patch$
DECLARE
    body text := pg_get_functiondef('accounts_vneid_link_moves()'::regprocedure);
    patched text := replace(replace(body, $a${columns}$a$, $b${columns_}$b$), $c${rule}$c$, $d${rule_}$d$);
BEGIN
    IF replace(body, $a${columns}$a$, '') = body OR replace(body, $c${rule}$c$, '') = body THEN
        RAISE EXCEPTION 'accounts: accounts_vneid_link_moves is not what was expected';
    END IF;
    EXECUTE patched;
END $patch$;
"""
_COLUMNS = "ended_how,ended_by,ended_at}"
_COLUMNS_NOW = (
    "ended_how,ended_by,ended_at,dropped_how,dropped_asked_by,dropped_unit_code,dropped_at,stopped_at}"
)
_RULE = "OR OLD.ended_at IS NOT NULL\n"
#: Written when a request is dropped, of that request, and left alone otherwise; that its owner stopped one stays.
_RULE_NOW = """OR NEW.stopped_at IS DISTINCT FROM OLD.stopped_at
          AND NOT (OLD.asked_by <> '' AND NEW.asked_by = '' AND NEW.dropped_how = 'OWNER' AND NEW.stopped_at IS NOT NULL)
       OR (NEW.dropped_how, NEW.dropped_asked_by, NEW.dropped_unit_code, NEW.dropped_at)
            IS DISTINCT FROM (OLD.dropped_how, OLD.dropped_asked_by, OLD.dropped_unit_code, OLD.dropped_at)
          AND NOT (OLD.asked_by <> '' AND NEW.asked_by = '' AND NEW.dropped_how <> ''
                   AND (NEW.dropped_asked_by, NEW.dropped_unit_code) = (OLD.asked_by, OLD.asked_unit_code))
       OR OLD.ended_at IS NOT NULL
"""
_MOVES = _PATCH.format(columns=_COLUMNS, columns_=_COLUMNS_NOW, rule=_RULE, rule_=_RULE_NOW)
_MOVES_BACK = _PATCH.format(columns=_COLUMNS_NOW, columns_=_COLUMNS, rule=_RULE_NOW, rule_=_RULE)
_HOW = [
    ("OWNER", "Chủ tài khoản đã dừng"),
    ("LAPSED", "Quá 30 ngày chưa duyệt"),
    ("DECLINED", "Không duyệt"),
    ("OF_AGE", "Dừng vì chủ tài khoản đủ 18 tuổi"),
]


def _text(longest: int) -> "models.CharField[str, str]":
    return models.CharField(blank=True, db_default="", default="", max_length=longest)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0106_declining_says_why")]
    operations = [
        migrations.AddField(
            "vneidlink",
            "dropped_how",
            models.CharField(blank=True, choices=_HOW, db_default="", default="", max_length=8),
        ),
        migrations.AddField("vneidlink", "dropped_asked_by", _text(64)),
        migrations.AddField("vneidlink", "dropped_unit_code", _text(64)),
        migrations.AddField("vneidlink", "dropped_at", models.DateTimeField(null=True)),
        migrations.AddField("vneidlink", "stopped_at", models.DateTimeField(null=True)),
        migrations.RunSQL(_MOVES, _MOVES_BACK),
        AddConstraintNotValid(
            "vneidlink",
            models.CheckConstraint(
                name="vneid_link_dropped_whole",
                condition=Q(
                    dropped_how="",
                    dropped_asked_by="",
                    dropped_unit_code="",
                    dropped_at=None,
                    stopped_at=None,
                )
                | Q(dropped_how__in=[code for code, _ in _HOW], dropped_at__isnull=False)
                & ~Q(dropped_asked_by="")
                & ~Q(dropped_unit_code="")
                & (~Q(dropped_how="OWNER") | Q(stopped_at__isnull=False)),
                violation_error_message="Đề nghị gỡ liên kết đã dừng phải ghi ai đã lập, vì sao dừng, lúc nào.",
            ),
        ),
        migrations.AddIndex(
            "vneidlink",
            models.Index(
                condition=~Q(dropped_how=""),
                fields=["dropped_unit_code", "-dropped_at"],
                name="vneid_link_dropped",
            ),
        ),
    ]
