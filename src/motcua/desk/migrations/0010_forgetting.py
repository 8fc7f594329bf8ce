"""What the desk forgets after its period: the personal columns go, codes and ids stay (threats DP-11).

A row is forgotten by touching it (an UPDATE that changes nothing): the guards above let nothing else through,
and the last trigger, hence ``zz``, empties the columns when the database's clock says that the day has come.
Before that day the touch does nothing. Nobody can choose other columns, other words or another day.
"""

from django.db import migrations

# Ten years after the last line of its history; see docs/data-protection.md.
OVER = """
CREATE FUNCTION desk_is_past_keeping(dossier bigint) RETURNS boolean LANGUAGE sql VOLATILE
    SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT EXISTS (
        SELECT 1 FROM desk_dossier d
         WHERE d.id = dossier AND d.state IN ('NOT_ACCEPTED', 'WITHDRAWN', 'STOPPED', 'DONE', 'RETURNED')
           AND greatest(d.arrived_at, (SELECT max(e.at) FROM desk_dossierevent e WHERE e.dossier_id = d.id))
               <= clock_timestamp() - interval '10 years'
    )
$$;
"""
OVER_BACK = "DROP FUNCTION desk_is_past_keeping(bigint);"

DOSSIERS = """
CREATE FUNCTION desk_dossier_forgotten() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF desk_is_past_keeping(NEW.id) THEN
        NEW.owner_name := '';
        NEW.owner_folded := '';
        NEW.owner_number_sealed := NULL;
        NEW.owner_number_bi := NULL;
        NEW.owner_last3 := '';
        NEW.person_name := '';
        NEW.person_born := '';
        NEW.person_relation := '';
        NEW.filer_name := '';
        NEW.filer_relation := '';
        NEW.filer_proof := '';
        NEW.contact_sealed := NULL;
        NEW.note := '';
        NEW.closed_reason := '';
        NEW.received_by_name := '';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER desk_zz_dossier_forgotten BEFORE UPDATE ON desk_dossier
    FOR EACH ROW WHEN (OLD.* IS NOT DISTINCT FROM NEW.*) EXECUTE FUNCTION desk_dossier_forgotten();
"""
DOSSIERS_BACK = """
DROP TRIGGER desk_zz_dossier_forgotten ON desk_dossier;
DROP FUNCTION desk_dossier_forgotten();
"""

# The history is still never changed: its guard now lets a touch pass, and the words go with the dossier.
EVENTS = """
CREATE OR REPLACE FUNCTION desk_event_guard() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND NEW IS NOT DISTINCT FROM OLD THEN
        RETURN NEW;
    END IF;
    PERFORM desk_refuse('desk_event_kept', 'Lịch sử hồ sơ không được sửa, không được xóa.');
    RETURN NULL;
END $$;
CREATE FUNCTION desk_event_forgotten() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF desk_is_past_keeping(NEW.dossier_id) THEN
        NEW.words := '';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER desk_zz_event_forgotten BEFORE UPDATE ON desk_dossierevent
    FOR EACH ROW WHEN (OLD.* IS NOT DISTINCT FROM NEW.*) EXECUTE FUNCTION desk_event_forgotten();
"""
EVENTS_BACK = """
DROP TRIGGER desk_zz_event_forgotten ON desk_dossierevent;
DROP FUNCTION desk_event_forgotten();
CREATE OR REPLACE FUNCTION desk_event_guard() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    PERFORM desk_refuse('desk_event_kept', 'Lịch sử hồ sơ không được sửa, không được xóa.');
    RETURN NULL;
END $$;
"""

# The check keeps what the gate rests on: answer, receipt, opaque ids, who asked and when.
CHECKS = """
CREATE FUNCTION desk_check_forgotten() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NEW.checked_at <= clock_timestamp() - interval '24 months' THEN
        NEW.number_sealed := CASE WHEN NEW.number_sealed IS NOT NULL THEN ''::bytea END;
        NEW.number_bi := decode(repeat('00', 32), 'hex');
        NEW.owner_name_sealed := NULL;
        NEW.last3 := '';
        NEW.name_masked := '';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER desk_zz_check_forgotten BEFORE UPDATE ON desk_accountcheck
    FOR EACH ROW WHEN (OLD.* IS NOT DISTINCT FROM NEW.*) EXECUTE FUNCTION desk_check_forgotten();
"""
CHECKS_BACK = """
DROP TRIGGER desk_zz_check_forgotten ON desk_accountcheck;
DROP FUNCTION desk_check_forgotten();
"""

# With its dossier; ten years after it was asked when it never came to one.
EXCEPTIONS = """
CREATE FUNCTION desk_exception_forgotten() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    dossier bigint := (SELECT d.id FROM desk_dossier d WHERE d.exception_id = NEW.id);
BEGIN
    IF NEW.asked_at <= clock_timestamp() - interval '10 years'
       AND (dossier IS NULL OR desk_is_past_keeping(dossier)) THEN
        NEW.owner_name := '';
        NEW.paper_sealed := NULL;
        NEW.reason := 'đã xóa';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER desk_zz_exception_forgotten BEFORE UPDATE ON desk_gateexception
    FOR EACH ROW WHEN (OLD.* IS NOT DISTINCT FROM NEW.*) EXECUTE FUNCTION desk_exception_forgotten();
"""
EXCEPTIONS_BACK = """
DROP TRIGGER desk_zz_exception_forgotten ON desk_gateexception;
DROP FUNCTION desk_exception_forgotten();
"""

# What was written on the way: who held it, what was told to the owner, what others were asked.
LIFE = """
CREATE FUNCTION desk_hop_forgotten() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF desk_is_past_keeping(NEW.dossier_id) THEN
        NEW.handed_by_name := '';
        NEW.accepted_by_name := '';
        NEW.note := '';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER desk_zz_hop_forgotten BEFORE UPDATE ON desk_hop
    FOR EACH ROW WHEN (OLD.* IS NOT DISTINCT FROM NEW.*) EXECUTE FUNCTION desk_hop_forgotten();

CREATE FUNCTION desk_notice_forgotten() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF desk_is_past_keeping(NEW.dossier_id) THEN
        NEW.issued_by_name := '';
        NEW.reason := 'đã xóa';
        NEW.items := '[]';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER desk_zz_notice_forgotten BEFORE UPDATE ON desk_notice
    FOR EACH ROW WHEN (OLD.* IS NOT DISTINCT FROM NEW.*) EXECUTE FUNCTION desk_notice_forgotten();

CREATE FUNCTION desk_opinion_forgotten() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF desk_is_past_keeping(NEW.dossier_id) THEN
        NEW.content := 'đã xóa';
        NEW.answer := CASE WHEN NEW.answer = '' THEN '' ELSE 'đã xóa' END;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER desk_zz_opinion_forgotten BEFORE UPDATE ON desk_opinion
    FOR EACH ROW WHEN (OLD.* IS NOT DISTINCT FROM NEW.*) EXECUTE FUNCTION desk_opinion_forgotten();
"""
LIFE_BACK = """
DROP TRIGGER desk_zz_opinion_forgotten ON desk_opinion;
DROP TRIGGER desk_zz_notice_forgotten ON desk_notice;
DROP TRIGGER desk_zz_hop_forgotten ON desk_hop;
DROP FUNCTION desk_opinion_forgotten();
DROP FUNCTION desk_notice_forgotten();
DROP FUNCTION desk_hop_forgotten();
"""


class Migration(migrations.Migration):
    dependencies = [("desk", "0009_catalogue_rules")]
    operations = [
        migrations.RunSQL(OVER, OVER_BACK),
        migrations.RunSQL(DOSSIERS, DOSSIERS_BACK),
        migrations.RunSQL(EVENTS, EVENTS_BACK),
        migrations.RunSQL(CHECKS, CHECKS_BACK),
        migrations.RunSQL(EXCEPTIONS, EXCEPTIONS_BACK),
        migrations.RunSQL(LIFE, LIFE_BACK),
    ]
