"""A provisional dossier becomes an account's only under that account's name, or on an officer's word (T-39)."""

import importlib
import uuid

import django.db.models.deletion
from django.db import migrations, models
from django.db.models.expressions import RawSQL

from motcua.keys.guarding import let_reseal

# As kernel.person_name.fold: no case, no marks, đ as d, i for a y that may be written i. A test compares the two.
FOLDED = r"""
CREATE FUNCTION desk_name_folded(name text) RETURNS text LANGUAGE sql IMMUTABLE
    SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT btrim(regexp_replace(translate(regexp_replace(regexp_replace(regexp_replace(replace(
        lower(translate(normalize(name, NFD), 'ĐÐƉ', 'đðɖ')),
        '-', ' '),
        E'[''’ʼ`´]', '', 'g'),
        E'[\u0300-\u036f]', '', 'g'),
        '(?<![aeou])y|(?<=qu)y', 'i', 'g'),
        'đðɖ', 'ddd'),
        '\s+', ' ', 'g'))
$$;
"""
FOLDED_BACK = "DROP FUNCTION desk_name_folded(text);"

# Written by a recheck that found somebody, decided once, by somebody who receives there and is not that somebody.
DOUBTS = """
CREATE FUNCTION desk_name_doubt_guard() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    d desk_dossier;
    c desk_accountcheck;
BEGIN
    IF TG_OP = 'DELETE' THEN
        PERFORM desk_refuse('desk_name_doubt_kept', 'Việc đối chiếu tên không được xóa.');
    END IF;
    SELECT * INTO d FROM desk_dossier WHERE id = NEW.dossier_id FOR UPDATE;
    SELECT * INTO c FROM desk_accountcheck WHERE id = NEW.check_id;
    IF TG_OP = 'INSERT' THEN
        IF NEW.verdict <> '' OR d.state <> 'PROVISIONAL' OR c.kind <> 'RECHECK' OR c.answer <> 'FOUND'
           OR c.for_dossier IS DISTINCT FROM d.public_id OR c.number_bi IS DISTINCT FROM d.owner_number_bi THEN
            PERFORM desk_refuse('desk_name_doubt_of_recheck',
                'Chỉ đối chiếu tên theo lần kiểm tra lại của hồ sơ tiếp nhận tạm.');
        END IF;
        NEW.asked_at := clock_timestamp();
        RETURN NEW;
    END IF;
    IF OLD.verdict <> '' OR ROW(NEW.id, NEW.public_id, NEW.dossier_id, NEW.check_id, NEW.asked_at)
       IS DISTINCT FROM ROW(OLD.id, OLD.public_id, OLD.dossier_id, OLD.check_id, OLD.asked_at) THEN
        PERFORM desk_refuse('desk_name_doubt_decided_once', 'Việc đối chiếu tên chỉ được kết luận một lần.');
    ELSIF d.state <> 'PROVISIONAL' THEN
        PERFORM desk_refuse('desk_name_doubt_while_waiting', 'Chỉ kết luận khi hồ sơ còn là tiếp nhận tạm.');
    ELSIF desk_same_person(NEW.decided_by, c.subject) THEN
        PERFORM desk_refuse('desk_name_doubt_not_own', 'Cán bộ không kết luận về tài khoản của chính mình.');
    ELSIF NOT desk_holds(NEW.decided_by, d.unit_id, 'RECEIVE_DOSSIER') THEN
        PERFORM desk_refuse('desk_name_doubt_by_officer', 'Người kết luận phải là cán bộ tiếp nhận của đơn vị.');
    END IF;
    NEW.decided_at := clock_timestamp();
    RETURN NEW;
END $$;
CREATE TRIGGER desk_name_doubt_guard BEFORE INSERT OR UPDATE OR DELETE ON desk_namedoubt
    FOR EACH ROW EXECUTE FUNCTION desk_name_doubt_guard();
"""
DOUBTS_BACK = """
DROP TRIGGER desk_name_doubt_guard ON desk_namedoubt;
DROP FUNCTION desk_name_doubt_guard();
"""

# While it waits the name stays as it was typed; it becomes the account's when they are one but for marks, or when an
# officer said of this very account and number that they are one person. Nobody waits for a word then.
OWNER = """
CREATE FUNCTION desk_provisional_name() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NEW.state = 'PROVISIONAL' THEN
        IF ROW(NEW.owner_name, NEW.owner_folded) IS DISTINCT FROM ROW(OLD.owner_name, OLD.owner_folded) THEN
            PERFORM desk_refuse('desk_provisional_name_kept', 'Tên chủ hồ sơ tiếp nhận tạm giữ như đã ghi.');
        END IF;
    ELSIF NEW.state = 'RECEIVED' AND (
        desk_name_folded(NEW.owner_name) <> desk_name_folded(OLD.owner_name) AND NOT EXISTS (
            SELECT 1 FROM desk_namedoubt n JOIN desk_accountcheck c ON c.id = n.check_id
             WHERE n.dossier_id = NEW.id AND n.verdict = 'SAME'
               AND c.subject = NEW.owner_subject AND c.number_bi = NEW.owner_number_bi)
        OR EXISTS (SELECT 1 FROM desk_namedoubt WHERE dossier_id = NEW.id AND verdict = '')) THEN
        PERFORM desk_refuse('desk_provisional_name_doubted',
            'Tên trên tài khoản khác tên đã ghi khi tiếp nhận tạm: cán bộ phải đối chiếu trước.');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER desk_provisional_name BEFORE UPDATE ON desk_dossier
    FOR EACH ROW WHEN (OLD.state = 'PROVISIONAL') EXECUTE FUNCTION desk_provisional_name();
"""
OWNER_BACK = """
DROP TRIGGER desk_provisional_name ON desk_dossier;
DROP FUNCTION desk_provisional_name();
"""

# The number of a provisional dossier changes only on a verdict of this minute about the number that it has; the
# verdict's check was about the old one, so that one verdict is good for one change.
NUMBER = """
CREATE FUNCTION desk_number_put_right(was desk_dossier, becomes desk_dossier) RETURNS boolean
    LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT was.state = 'PROVISIONAL' AND was.owner_number_bi IS DISTINCT FROM becomes.owner_number_bi
       AND (to_jsonb(becomes) - ARRAY['owner_number_sealed', 'owner_number_bi', 'owner_last3', 'recheck_answer',
                                      'owner_asked_at', 'closed_reason', 'version'])
         = (to_jsonb(was) - ARRAY['owner_number_sealed', 'owner_number_bi', 'owner_last3', 'recheck_answer',
                                  'owner_asked_at', 'closed_reason', 'version'])
       AND EXISTS (SELECT 1 FROM desk_namedoubt n JOIN desk_accountcheck c ON c.id = n.check_id
                    WHERE n.dossier_id = was.id AND n.verdict = 'NUMBER' AND c.number_bi = was.owner_number_bi
                      AND n.decided_at > clock_timestamp() - interval '1 minute')
$$;
"""
NUMBER_BACK = "DROP FUNCTION desk_number_put_right(desk_dossier, desk_dossier);"

GUARD_BACK = importlib.import_module("motcua.desk.migrations.0013_owner_corrections").DOSSIER_GUARD
GUARD = GUARD_BACK.replace(
    "    IF TG_OP = 'UPDATE' THEN\n",
    """    IF TG_OP = 'UPDATE' THEN
        IF NEW.owner_number_bi IS DISTINCT FROM OLD.owner_number_bi AND desk_number_put_right(OLD, NEW) THEN
            RETURN NEW;
        END IF;
""",
    1,
)
if GUARD == GUARD_BACK:
    raise ValueError("desk_dossier_guard is not what this migration knows")

#: The rule is written again without the line by which rows are sealed anew: that goes before and comes after.
RESEALED = let_reseal(
    "desk_dossier_guard", "contact_sealed", "owner_number_sealed", "waiting_representative_sealed"
)


class Migration(migrations.Migration):
    dependencies = [("desk", "0070_phone_frozen")]
    operations = [
        migrations.CreateModel(
            name="NameDoubt",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "asked_at",
                    models.DateTimeField(db_default=RawSQL("clock_timestamp()", ()), editable=False),
                ),
                (
                    "verdict",
                    models.TextField(
                        blank=True,
                        choices=[
                            ("SAME", "Cùng một người"),
                            ("NUMBER", "Ghi nhầm số, đã ghi lại số đúng"),
                            ("ENDED", "Không phải cùng một người, đóng tiếp nhận tạm"),
                        ],
                        default="",
                    ),
                ),
                ("decided_by", models.TextField(blank=True, default="")),
                ("decided_at", models.DateTimeField(null=True)),
                (
                    "account_check",
                    models.OneToOneField(
                        db_column="check_id",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="name_doubt",
                        to="desk.accountcheck",
                    ),
                ),
                (
                    "dossier",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="name_doubts",
                        to="desk.dossier",
                    ),
                ),
            ],
            options={
                "verbose_name": "tên chờ đối chiếu",
                "constraints": [
                    models.CheckConstraint(
                        name="name_doubt_decided_whole",
                        condition=models.Q(verdict="", decided_by="", decided_at=None)
                        | models.Q(verdict__in=["SAME", "NUMBER", "ENDED"], decided_at__isnull=False)
                        & ~models.Q(decided_by=""),
                        violation_error_message="Kết luận đối chiếu tên phải ghi ai kết luận và lúc nào.",
                    ),
                    models.UniqueConstraint(
                        name="name_doubt_one_waiting",
                        fields=["dossier"],
                        condition=models.Q(verdict=""),
                        violation_error_message="Hồ sơ này đang có tên chờ đối chiếu.",
                    ),
                ],
            },
        ),
        migrations.RunSQL(FOLDED, FOLDED_BACK),
        migrations.RunSQL(DOUBTS, DOUBTS_BACK),
        migrations.RunSQL(OWNER, OWNER_BACK),
        let_reseal(
            "desk_provisional_name", "contact_sealed", "owner_number_sealed", "waiting_representative_sealed"
        ),
        migrations.RunSQL(NUMBER, NUMBER_BACK),
        migrations.RunSQL(RESEALED.reverse_sql, RESEALED.sql),
        migrations.RunSQL(GUARD, GUARD_BACK),
        RESEALED,
    ]
