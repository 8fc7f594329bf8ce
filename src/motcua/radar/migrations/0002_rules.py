"""What was seen and what was made of it stays; a line rests on lines of the journal; nobody judges the own work."""

from django.db import migrations

WRITTEN_ONCE = """
CREATE FUNCTION radar_added_only() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RAISE EXCEPTION 'Dòng này chỉ được thêm, không được sửa hay xóa.' USING ERRCODE = '23514',
        CONSTRAINT = TG_NAME;
END $$;
CREATE TRIGGER looked_day_added_only BEFORE UPDATE OR DELETE OR TRUNCATE ON radar_lookedday
    FOR EACH STATEMENT EXECUTE FUNCTION radar_added_only();
CREATE TRIGGER sighting_added_only BEFORE UPDATE OR DELETE OR TRUNCATE ON radar_sighting
    FOR EACH STATEMENT EXECUTE FUNCTION radar_added_only();
CREATE TRIGGER judgement_added_only BEFORE UPDATE OR DELETE OR TRUNCATE ON radar_judgement
    FOR EACH STATEMENT EXECUTE FUNCTION radar_added_only();
"""
WRITTEN_ONCE_BACK = """
DROP TRIGGER judgement_added_only ON radar_judgement;
DROP TRIGGER sighting_added_only ON radar_sighting;
DROP TRIGGER looked_day_added_only ON radar_lookedday;
DROP FUNCTION radar_added_only();
"""

# Each line that is named stands in the journal, and stays there: the journal takes nothing back.
EVIDENCE = """
CREATE FUNCTION radar_sighting_rests() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    NEW.made_at := clock_timestamp();
    IF (SELECT count(*) FROM journal_event WHERE id = ANY (NEW.lines))
       IS DISTINCT FROM cardinality(NEW.lines)::bigint THEN
        RAISE EXCEPTION 'Dòng rà soát phải dựa trên những dòng có trong nhật ký.' USING ERRCODE = '23514',
            CONSTRAINT = 'sighting_rests_on_journal';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER sighting_rests_on_journal BEFORE INSERT ON radar_sighting
    FOR EACH ROW EXECUTE FUNCTION radar_sighting_rests();
"""
EVIDENCE_BACK = """
DROP TRIGGER sighting_rests_on_journal ON radar_sighting;
DROP FUNCTION radar_sighting_rests();
"""

# The moment is the database's; the next judgement follows the last; the officer concerned has no say.
BY_ANOTHER = """
CREATE FUNCTION radar_judged_by_another() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    NEW.at := clock_timestamp();
    IF EXISTS (SELECT 1 FROM radar_sighting WHERE id = NEW.sighting_id AND officer_subject = NEW.by_subject) THEN
        RAISE EXCEPTION 'Không ai kết luận về công việc của chính mình.' USING ERRCODE = '23514',
            CONSTRAINT = 'judged_by_another';
    END IF;
    IF NEW.nth IS DISTINCT FROM (SELECT count(*) + 1 FROM radar_judgement WHERE sighting_id = NEW.sighting_id) THEN
        RAISE EXCEPTION 'Người khác vừa ghi kết luận cho dòng này.' USING ERRCODE = '23514',
            CONSTRAINT = 'judgement_is_the_next';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER judged_by_another BEFORE INSERT ON radar_judgement
    FOR EACH ROW EXECUTE FUNCTION radar_judged_by_another();
"""
BY_ANOTHER_BACK = """
DROP TRIGGER judged_by_another ON radar_judgement;
DROP FUNCTION radar_judged_by_another();
"""


class Migration(migrations.Migration):
    dependencies = [("radar", "0001_radar"), ("journal", "0003_inspections")]
    operations = [
        migrations.RunSQL(WRITTEN_ONCE, WRITTEN_ONCE_BACK),
        migrations.RunSQL(EVIDENCE, EVIDENCE_BACK),
        migrations.RunSQL(BY_ANOTHER, BY_ANOTHER_BACK),
    ]
