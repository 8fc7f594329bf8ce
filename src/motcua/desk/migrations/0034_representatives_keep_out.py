"""Whoever filed a dossier as a representative works on it no more than its owner does: nobody in their own cause."""

import importlib

from django.db import migrations

_LIFE = importlib.import_module("motcua.desk.migrations.0007_rules_of_a_life")
_TOUCHED = importlib.import_module("motcua.desk.migrations.0015_rules_against_rewriting").TOUCHED
_CHARGES = importlib.import_module("motcua.desk.migrations.0018_charges_called_off").GUARD
_RESULTS = importlib.import_module("motcua.desk.migrations.0019_deliveries_and_hand_outs").RESULT_GUARD
_CORRECTIONS = importlib.import_module("motcua.desk.migrations.0013_owner_corrections").GUARD
_NEW, _AGAIN = "CREATE FUNCTION", "CREATE OR REPLACE FUNCTION"


def _function(source: str, name: str) -> str:
    begin = source.replace(_AGAIN, _NEW).index(f"{_NEW} {name}(")
    whole = source.replace(_AGAIN, _NEW)
    return whole[begin : whole.index("END $$;", begin) + len("END $$;")].replace(_NEW, _AGAIN)


def _otherwise(function: str, *changes: tuple[str, str]) -> str:
    for was, becomes in changes:
        if was not in function:
            raise ValueError(was)
        function = function.replace(was, becomes)
    return function


# The owner, or who acted for the organisation when it was filed or since. Of an authorised person the desk knows a
# name only.
PARTY = """
CREATE FUNCTION desk_is_party(d desk_dossier, who text) RETURNS boolean LANGUAGE sql STABLE
    SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT who <> '' AND (who = d.owner_subject OR EXISTS (
        SELECT 1 FROM desk_representation r WHERE r.id = d.representation_id AND r.representative_subject = who)
        OR EXISTS (
        SELECT 1 FROM desk_dossierevent e WHERE e.dossier_id = d.id AND e.facts->>'representative' = who))
$$;
"""
PARTY_BACK = "DROP FUNCTION desk_is_party(desk_dossier, text);"

HOPS_BACK = _function(_LIFE.HOPS, "desk_hop_guard")
HOPS = _otherwise(
    HOPS_BACK,
    (
        "IF d.owner_subject <> '' AND NEW.accepted_by = d.owner_subject THEN",
        "IF desk_is_party(d, NEW.accepted_by) THEN",
    ),
    (
        "Cán bộ không xử lý hồ sơ của chính mình.",
        "Cán bộ không xử lý hồ sơ của chính mình hoặc do mình đại diện nộp.",
    ),
)
NOTICES_BACK = _function(_LIFE.NOTICES, "desk_notice_guard")
NOTICES = _otherwise(
    NOTICES_BACK,
    (
        "NEW.kind <> 'WITHDRAWAL' AND d.owner_subject <> '' AND NEW.issued_by = d.owner_subject THEN",
        "desk_is_party(d, NEW.issued_by) AND (NEW.kind <> 'WITHDRAWAL' OR NEW.issued_by <> d.owner_subject) THEN",
    ),
    (
        "Cán bộ không ban hành phiếu cho hồ sơ của chính mình.",
        "Cán bộ không ban hành phiếu cho hồ sơ của chính mình hoặc do mình đại diện nộp.",
    ),
)
RESULTS_BACK = _function(_RESULTS, "desk_result_guard")
RESULTS = _otherwise(
    RESULTS_BACK,
    (
        "IF d.owner_subject <> '' AND NEW.signed_by = d.owner_subject THEN",
        "IF desk_is_party(d, NEW.signed_by) THEN",
    ),
    (
        "Cán bộ không ký kết quả của chính mình.",
        "Cán bộ không ký kết quả của chính mình hoặc của hồ sơ do mình đại diện nộp.",
    ),
    (
        "    IF TG_OP = 'INSERT' THEN\n",
        """    IF TG_OP = 'INSERT' THEN
        IF desk_is_party(d, NEW.attached_by) THEN
            PERFORM desk_refuse('desk_result_not_own',
                'Cán bộ không lập kết quả của chính mình hoặc của hồ sơ do mình đại diện nộp.');
        END IF;
""",
    ),
)
HAND_OUTS_BACK = _function(_TOUCHED, "desk_hand_out_guard")
HAND_OUTS = _otherwise(
    HAND_OUTS_BACK,
    ("""d.owner_subject <> '' AND NEW."by" = d.owner_subject THEN""", """desk_is_party(d, NEW."by") THEN"""),
    (
        "Cán bộ không tự trả kết quả cho mình.",
        "Cán bộ không tự trả kết quả cho mình hoặc cho tổ chức mình đại diện.",
    ),
)
CHARGES_BACK = _function(_CHARGES, "desk_charge_guard")
CHARGES = _otherwise(
    CHARGES_BACK,
    (
        "d.owner_subject <> '' AND NEW.cancelled_by = d.owner_subject OR",
        "desk_is_party(d, NEW.cancelled_by) OR",
    ),
    (
        "d.owner_subject <> '' AND NEW.refunded_by = d.owner_subject OR",
        "desk_is_party(d, NEW.refunded_by) OR",
    ),
    (
        "    IF OLD.cancelled_at IS NULL AND NEW.cancelled_at IS NOT NULL THEN",
        """    IF OLD.paid_at IS NULL AND NEW.paid_at IS NOT NULL AND desk_is_party(d, NEW.taken_by) THEN
        PERFORM desk_refuse('desk_charge_taken_from_another',
            'Cán bộ không thu tiền của chính mình hoặc của hồ sơ do mình đại diện nộp.');
    END IF;
    IF OLD.cancelled_at IS NULL AND NEW.cancelled_at IS NOT NULL THEN""",
    ),
)
OPINIONS_BACK = _function(_LIFE.OPINIONS, "desk_opinion_guard")
OPINIONS = _otherwise(
    OPINIONS_BACK,
    ("DECLARE\n", "DECLARE\n    d desk_dossier;\n"),
    (
        "    IF OLD.answered_at IS NULL AND NEW.answered_at IS NOT NULL THEN\n",
        """    IF OLD.answered_at IS NULL AND NEW.answered_at IS NOT NULL THEN
        SELECT * INTO d FROM desk_dossier WHERE id = OLD.dossier_id;
        IF desk_is_party(d, NEW.answered_by) THEN
            PERFORM desk_refuse('desk_opinion_not_own',
                'Cán bộ không cho ý kiến về hồ sơ của chính mình hoặc do mình đại diện nộp.');
        END IF;
""",
    ),
)
# A wrong owner may say so; who filed as a representative neither asks, nor decides whose it is.
CORRECTIONS_BACK = _function(_CORRECTIONS, "desk_owner_correction_guard")
_KEEPS_OUT = """        IF desk_is_party(d, NEW.{who}) AND NEW.{who} <> d.owner_subject THEN
            PERFORM desk_refuse('desk_owner_correction_not_filed',
                'Người đại diện đã nộp hồ sơ không đề nghị, không quyết định việc sửa chủ hồ sơ.');
        END IF;
"""
CORRECTIONS = _otherwise(
    CORRECTIONS_BACK,
    ("    IF TG_OP = 'INSERT' THEN\n", "    IF TG_OP = 'INSERT' THEN\n" + _KEEPS_OUT.format(who="asked_by")),
    (
        "    IF OLD.approved_at IS NULL AND NEW.approved_at IS NOT NULL THEN\n",
        "    IF OLD.declined_at IS NULL AND NEW.declined_at IS NOT NULL THEN\n"
        + _KEEPS_OUT.format(who="declined_by")
        + "    END IF;\n    IF OLD.approved_at IS NULL AND NEW.approved_at IS NOT NULL THEN\n"
        + _KEEPS_OUT.format(who="approved_by"),
    ),
)

# What was written down at reception is put right by somebody whose matter it is not.
CORRECTED = """
CREATE FUNCTION desk_correction_not_own() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    d desk_dossier;
BEGIN
    SELECT * INTO d FROM desk_dossier WHERE id = NEW.dossier_id;
    IF desk_is_party(d, NEW."by") THEN
        PERFORM desk_refuse('desk_correction_not_own',
            'Cán bộ không đính chính hồ sơ của chính mình hoặc do mình đại diện nộp.');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER desk_correction_not_own BEFORE INSERT ON desk_receptioncorrection
    FOR EACH ROW EXECUTE FUNCTION desk_correction_not_own();
"""
CORRECTED_BACK = """
DROP TRIGGER desk_correction_not_own ON desk_receptioncorrection;
DROP FUNCTION desk_correction_not_own();
"""


class Migration(migrations.Migration):
    dependencies = [("desk", "0032_owner_evidence")]
    operations = [
        migrations.RunSQL(PARTY, PARTY_BACK),
        migrations.RunSQL(HOPS, HOPS_BACK),
        migrations.RunSQL(NOTICES, NOTICES_BACK),
        migrations.RunSQL(RESULTS, RESULTS_BACK),
        migrations.RunSQL(HAND_OUTS, HAND_OUTS_BACK),
        migrations.RunSQL(CHARGES, CHARGES_BACK),
        migrations.RunSQL(OPINIONS, OPINIONS_BACK),
        migrations.RunSQL(CORRECTIONS, CORRECTIONS_BACK),
        migrations.RunSQL(CORRECTED, CORRECTED_BACK),
    ]
