"""What a break-in through the running system's role may still not write: other clocks, other pasts, ready-made records."""

import importlib

from django.db import migrations

# After reception the process stays, and the clock changes only when the dossier pauses or goes on.
CLOCK = """
CREATE FUNCTION desk_dossier_clock() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF OLD.state = ANY (ARRAY['PROVISIONAL', 'NEW', 'NOT_ACCEPTED']) THEN
        RETURN NEW;
    ELSIF NEW.process_id <> OLD.process_id THEN
        PERFORM desk_refuse('desk_process_kept', 'Quy trình của hồ sơ không được đổi sau khi tiếp nhận.');
    ELSIF ROW(NEW.paused_at, NEW.clock_since, NEW.pauses) IS DISTINCT FROM
          ROW(OLD.paused_at, OLD.clock_since, OLD.pauses)
          AND NOT (NEW.state IN ('SUPPLEMENT', 'PAYMENT') AND OLD.state <> NEW.state)
          AND NOT (OLD.state IN ('SUPPLEMENT', 'PAYMENT') AND NEW.state = 'PROCESSING') THEN
        PERFORM desk_refuse('desk_clock_kept', 'Thời gian giải quyết chỉ tạm dừng hoặc tính tiếp theo trạng thái.');
    ELSIF NEW.due_words <> OLD.due_words AND NEW.due_at IS NOT DISTINCT FROM OLD.due_at
          AND NOT (OLD.state IN ('SUPPLEMENT', 'PAYMENT') AND NEW.state = 'PROCESSING') THEN
        PERFORM desk_refuse('desk_clock_kept', 'Hạn trả bằng lời phải theo hạn trả.');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER desk_dossier_keeps_clock BEFORE UPDATE ON desk_dossier
    FOR EACH ROW EXECUTE FUNCTION desk_dossier_clock();
"""
CLOCK_BACK = """
DROP TRIGGER desk_dossier_keeps_clock ON desk_dossier;
DROP FUNCTION desk_dossier_clock();
"""

# Nobody chooses when something happened: what is forgotten on its day depends on it.
MOMENTS = """
CREATE FUNCTION desk_happens_now() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    NEW.at := clock_timestamp();
    RETURN NEW;
END $$;
CREATE TRIGGER desk_event_now BEFORE INSERT ON desk_dossierevent
    FOR EACH ROW EXECUTE FUNCTION desk_happens_now();

CREATE FUNCTION desk_is_asked_now() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    NEW.asked_at := clock_timestamp();
    RETURN NEW;
END $$;
CREATE TRIGGER desk_exception_now BEFORE INSERT ON desk_gateexception
    FOR EACH ROW EXECUTE FUNCTION desk_is_asked_now();
CREATE TRIGGER desk_opinion_now BEFORE INSERT ON desk_opinion
    FOR EACH ROW EXECUTE FUNCTION desk_is_asked_now();

CREATE FUNCTION desk_dossier_arrives_now() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NEW.arrived_at NOT BETWEEN clock_timestamp() - interval '5 minutes'
                              AND clock_timestamp() + interval '5 minutes' THEN
        PERFORM desk_refuse('desk_arrived_now', 'Thời điểm nộp hồ sơ phải là lúc này.');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER desk_dossier_arrives_now BEFORE INSERT ON desk_dossier
    FOR EACH ROW EXECUTE FUNCTION desk_dossier_arrives_now();
"""
MOMENTS_BACK = """
DROP TRIGGER desk_dossier_arrives_now ON desk_dossier;
DROP FUNCTION desk_dossier_arrives_now();
DROP TRIGGER desk_opinion_now ON desk_opinion;
DROP TRIGGER desk_exception_now ON desk_gateexception;
DROP FUNCTION desk_is_asked_now();
DROP TRIGGER desk_event_now ON desk_dossierevent;
DROP FUNCTION desk_happens_now();
"""

# Records begin at their beginning: a hop is open, a notice unanswered, a charge unpaid, a draft is not its own signature.
BEGINNINGS = """
CREATE FUNCTION desk_hop_begins() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NEW.left_at IS NOT NULL OR NEW.order > 1 AND NEW.accepted_at IS NOT NULL THEN
        PERFORM desk_refuse('desk_hop_begins_open', 'Bước xử lý mới chưa thể đã được nhận hoặc đã chuyển.');
    ELSIF NOT EXISTS (SELECT 1 FROM desk_processstep s JOIN desk_dossier d ON d.process_id = s.process_id
                       WHERE d.id = NEW.dossier_id AND s.order = NEW.step_order) THEN
        PERFORM desk_refuse('desk_hop_of_process', 'Bước xử lý phải thuộc quy trình của hồ sơ.');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER desk_hop_begins BEFORE INSERT ON desk_hop FOR EACH ROW EXECUTE FUNCTION desk_hop_begins();

CREATE FUNCTION desk_notice_begins() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NEW.answered_at IS NOT NULL THEN
        PERFORM desk_refuse('desk_notice_begins_unanswered', 'Phiếu mới ban hành chưa thể đã được trả lời.');
    ELSIF NEW.kind = 'WITHDRAWAL'
          AND EXISTS (SELECT 1 FROM desk_dossier WHERE id = NEW.dossier_id AND owner_subject = NEW.issued_by) THEN
        RETURN NEW;
    ELSIF NOT EXISTS (
        SELECT 1 FROM unnest(ARRAY['RECEIVE_DOSSIER', 'PROCESS', 'SIGN']) AS wanted
         WHERE desk_holds(NEW.issued_by, NEW.issued_unit_id, wanted)) THEN
        PERFORM desk_refuse('desk_notice_by_officer', 'Phiếu phải do cán bộ có quyền tại đơn vị ban hành.');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER desk_notice_begins BEFORE INSERT ON desk_notice
    FOR EACH ROW EXECUTE FUNCTION desk_notice_begins();

CREATE FUNCTION desk_charge_begins() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NEW.paid_at IS NOT NULL OR NEW.receipt_number <> '' THEN
        PERFORM desk_refuse('desk_charge_begins_unpaid', 'Khoản thu mới chưa thể đã được nộp.');
    ELSIF NOT EXISTS (SELECT 1 FROM desk_dossier WHERE id = NEW.dossier_id AND unit_id = NEW.unit_id
                         AND state IN ('RECEIVED', 'PROCESSING', 'DONE')) THEN
        PERFORM desk_refuse('desk_charge_while_open', 'Chỉ yêu cầu nộp tiền khi hồ sơ đang giải quyết.');
    END IF;
    NEW.asked_at := clock_timestamp();
    RETURN NEW;
END $$;
CREATE TRIGGER desk_charge_begins BEFORE INSERT ON desk_charge
    FOR EACH ROW EXECUTE FUNCTION desk_charge_begins();

ALTER TABLE desk_result ADD CONSTRAINT result_signed_is_not_draft CHECK (signed_id IS DISTINCT FROM draft_id);
"""
BEGINNINGS_BACK = """
ALTER TABLE desk_result DROP CONSTRAINT result_signed_is_not_draft;
DROP TRIGGER desk_charge_begins ON desk_charge;
DROP FUNCTION desk_charge_begins();
DROP TRIGGER desk_notice_begins ON desk_notice;
DROP FUNCTION desk_notice_begins();
DROP TRIGGER desk_hop_begins ON desk_hop;
DROP FUNCTION desk_hop_begins();
"""

# Paper taken at the counter may be scanned afterwards: once, into its own line, while the dossier is worked on.
_KEPT = importlib.import_module("motcua.desk.migrations.0005_rules_against_forgery").COMPONENT_KEPT
COMPONENT_KEPT_BACK = _KEPT[: _KEPT.index("CREATE TRIGGER")].replace(
    "CREATE FUNCTION", "CREATE OR REPLACE FUNCTION"
)
SCANNED = COMPONENT_KEPT_BACK.replace(
    "    ELSIF NEW.dossier_id <> OLD.dossier_id\n",
    """    ELSIF OLD.how = 'PAPER' AND NEW.how = 'UPLOADED' AND NEW.file_id IS NOT NULL
       AND (to_jsonb(NEW) - ARRAY['how', 'file_id']) = (to_jsonb(OLD) - ARRAY['how', 'file_id'])
       AND EXISTS (SELECT 1 FROM desk_dossier WHERE id = OLD.dossier_id AND state IN ('RECEIVED', 'PROCESSING')) THEN
        RETURN NEW;
    ELSIF NEW.dossier_id <> OLD.dossier_id
""",
)

# The names of who took a result, who paid and who signed go with the dossier.
_LIFE = importlib.import_module("motcua.desk.migrations.0007_rules_of_a_life").RETURNS
_TOUCH = """
    IF TG_OP = 'UPDATE' THEN
        IF NEW IS NOT DISTINCT FROM OLD THEN
            RETURN NEW;
        END IF;
    END IF;
    IF TG_OP <> 'INSERT' THEN"""


def _function(name: str) -> str:
    begin = _LIFE.index(f"CREATE FUNCTION {name}()")
    return _LIFE[begin : _LIFE.index("CREATE TRIGGER", begin)].replace(
        "CREATE FUNCTION", "CREATE OR REPLACE FUNCTION"
    )


_GUARDS = [_function(name) for name in ("desk_hand_out_guard", "desk_rating_guard")]
TOUCHED = "".join(guard.replace("\n    IF TG_OP <> 'INSERT' THEN", _TOUCH, 1) for guard in _GUARDS)
TOUCHED_BACK = "".join(_GUARDS)


def _forgetting(table: str, **emptied: str) -> tuple[str, str]:
    name = f"desk_{table}_forgotten"
    lines = "\n".join(f"        NEW.{column} := '{words}';" for column, words in emptied.items())
    made = f"""
CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF desk_is_past_keeping(NEW.dossier_id) THEN
{lines}
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER desk_zz_{table}_forgotten BEFORE UPDATE ON desk_{table}
    FOR EACH ROW WHEN (OLD.* IS NOT DISTINCT FROM NEW.*) EXECUTE FUNCTION {name}();
"""
    return made, f"DROP TRIGGER desk_zz_{table}_forgotten ON desk_{table}; DROP FUNCTION {name}();"


class Migration(migrations.Migration):
    dependencies = [("desk", "0014_corrections_and_exports")]
    operations = [
        migrations.RunSQL(CLOCK, CLOCK_BACK),
        migrations.RunSQL(MOMENTS, MOMENTS_BACK),
        migrations.RunSQL(BEGINNINGS, BEGINNINGS_BACK),
        migrations.RunSQL(SCANNED, COMPONENT_KEPT_BACK),
        migrations.RunSQL(TOUCHED, TOUCHED_BACK),
        migrations.RunSQL(*_forgetting("charge", taken_by_name="")),
        migrations.RunSQL(*_forgetting("result", signed_by_name="", number="")),
        migrations.RunSQL(*_forgetting("rating", words="")),
        migrations.RunSQL(*_forgetting("handout", by_name="", to_name="đã xóa", to_relation="", to_proof="")),
    ]
