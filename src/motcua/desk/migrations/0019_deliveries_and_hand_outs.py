"""What is said of a delivery rests on its promise, and what is said of a hand-out on the dossier it is of.

Where a paper lies in the vault is noted once, while the errand that brings it there is open; afterwards only an
approved correction of the owner moves it. Nobody else's name, no other's money and no half a hand-out is written.
"""

import importlib

from django.db import migrations

DELIVERED = """
CREATE FUNCTION desk_errand_is_open(errand text, dossier uuid) RETURNS boolean LANGUAGE sql STABLE
    SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT EXISTS (SELECT 1 FROM outbox_errand e WHERE e.kind = errand AND e.state IN ('WAITING', 'RUNNING')
                      AND e.data->>'dossier' = dossier::text)
$$;
CREATE FUNCTION desk_owner_is_moving(d bigint) RETURNS boolean LANGUAGE sql STABLE
    SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT EXISTS (SELECT 1 FROM desk_ownercorrection k
                     JOIN outbox_errand e ON e.key = 'desk.move:' || k.public_id AND e.kind = 'desk.move'
                    WHERE k.dossier_id = d AND k.approved_at IS NOT NULL AND e.state IN ('WAITING', 'RUNNING'))
$$;

CREATE FUNCTION desk_component_delivered() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    d desk_dossier;
BEGIN
    IF TG_OP = 'INSERT' THEN
        PERFORM desk_refuse('desk_delivered_as_promised', 'Giấy tờ mới chưa thể đã ở trong kho dữ liệu.');
    END IF;
    SELECT * INTO d FROM desk_dossier WHERE id = NEW.dossier_id;
    IF OLD.delivered_as = '' THEN
        IF d.check_id IS NULL OR NEW.how NOT IN ('UPLOADED', 'VAULT')
           OR NOT desk_errand_is_open('desk.vault', d.public_id) THEN
            PERFORM desk_refuse('desk_delivered_as_promised',
                'Giấy tờ chỉ được ghi vào kho dữ liệu khi đang được chuyển tới đó.');
        END IF;
    ELSIF NEW.delivered_as = '' OR NOT desk_owner_is_moving(d.id) THEN
        PERFORM desk_refuse('desk_delivered_once', 'Nơi lưu giấy tờ chỉ đổi khi sửa chủ hồ sơ được duyệt.');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER desk_component_delivered BEFORE UPDATE ON desk_dossiercomponent
    FOR EACH ROW WHEN (NEW.delivered_as <> OLD.delivered_as) EXECUTE FUNCTION desk_component_delivered();
CREATE TRIGGER desk_component_not_yet_delivered BEFORE INSERT ON desk_dossiercomponent
    FOR EACH ROW WHEN (NEW.delivered_as <> '') EXECUTE FUNCTION desk_component_delivered();

CREATE FUNCTION desk_result_delivered() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    d desk_dossier;
BEGIN
    IF TG_OP = 'INSERT' THEN
        PERFORM desk_refuse('desk_delivered_as_promised', 'Kết quả mới chưa thể đã ở trong kho dữ liệu.');
    END IF;
    SELECT * INTO d FROM desk_dossier WHERE id = NEW.dossier_id;
    IF OLD.delivered_as = '' THEN
        IF OLD.signed_at IS NULL OR OLD.withdrawn_at IS NOT NULL OR d.check_id IS NULL
           OR NOT desk_errand_is_open('desk.result', d.public_id) THEN
            PERFORM desk_refuse('desk_delivered_as_promised',
                'Kết quả chỉ được ghi vào kho dữ liệu khi đã ký và đang được chuyển tới đó.');
        END IF;
    ELSIF NEW.delivered_as = '' OR NOT desk_owner_is_moving(d.id) THEN
        PERFORM desk_refuse('desk_delivered_once', 'Nơi lưu kết quả chỉ đổi khi sửa chủ hồ sơ được duyệt.');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER desk_result_delivered BEFORE UPDATE ON desk_result
    FOR EACH ROW WHEN (NEW.delivered_as <> OLD.delivered_as) EXECUTE FUNCTION desk_result_delivered();
CREATE TRIGGER desk_result_not_yet_delivered BEFORE INSERT ON desk_result
    FOR EACH ROW WHEN (NEW.delivered_as <> '') EXECUTE FUNCTION desk_result_delivered();
"""
DELIVERED_BACK = """
DROP TRIGGER desk_result_not_yet_delivered ON desk_result;
DROP TRIGGER desk_result_delivered ON desk_result;
DROP FUNCTION desk_result_delivered();
DROP TRIGGER desk_component_not_yet_delivered ON desk_dossiercomponent;
DROP TRIGGER desk_component_delivered ON desk_dossiercomponent;
DROP FUNCTION desk_component_delivered();
DROP FUNCTION desk_owner_is_moving(bigint);
DROP FUNCTION desk_errand_is_open(text, uuid);
"""

# Where a result lies is the affair of the trigger above; everything else of it stays with its guard.
_LIFE = importlib.import_module("motcua.desk.migrations.0007_rules_of_a_life").RESULTS
RESULT_GUARD_BACK = _LIFE[: _LIFE.index("CREATE TRIGGER")].replace(
    "CREATE FUNCTION", "CREATE OR REPLACE FUNCTION"
)
RESULT_GUARD = RESULT_GUARD_BACK.replace(
    """    IF OLD.delivered_as = '' THEN
        before.delivered_as := NEW.delivered_as;
    END IF;
""",
    "    before.delivered_as := NEW.delivered_as;\n",
)

HANDED_OUT = """
CREATE FUNCTION desk_hand_out_facts() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NEW.to_relation = ''
       AND NEW.to_name <> (SELECT owner_name FROM desk_dossier WHERE id = NEW.dossier_id) THEN
        PERFORM desk_refuse('desk_hand_out_to_owner',
            'Người nhận không phải chủ hồ sơ thì phải ghi quan hệ và giấy tờ chứng minh.');
    ELSIF NEW.by_name IS DISTINCT FROM (SELECT full_name FROM units_officer WHERE subject = NEW."by") THEN
        PERFORM desk_refuse('desk_hand_out_named', 'Tên người trả kết quả phải là tên của cán bộ đã trả.');
    ELSIF EXISTS (SELECT 1 FROM desk_charge WHERE dossier_id = NEW.dossier_id
                     AND paid_at IS NULL AND cancelled_at IS NULL) THEN
        PERFORM desk_refuse('desk_hand_out_paid', 'Hồ sơ còn phí, lệ phí chưa nộp nên chưa trả kết quả.');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER desk_hand_out_said BEFORE INSERT ON desk_handout
    FOR EACH ROW EXECUTE FUNCTION desk_hand_out_facts();

CREATE FUNCTION desk_hand_out_returns() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM desk_dossier WHERE id = NEW.dossier_id AND state = 'RETURNED') THEN
        PERFORM desk_refuse('desk_hand_out_returns', 'Đã ghi lượt trả thì hồ sơ phải ở trạng thái đã trả kết quả.');
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER desk_hand_out_returns AFTER INSERT ON desk_handout
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION desk_hand_out_returns();
"""
HANDED_OUT_BACK = """
DROP TRIGGER desk_hand_out_returns ON desk_handout;
DROP FUNCTION desk_hand_out_returns();
DROP TRIGGER desk_hand_out_said ON desk_handout;
DROP FUNCTION desk_hand_out_facts();
"""


class Migration(migrations.Migration):
    dependencies = [("desk", "0018_charges_called_off"), ("outbox", "0001_initial")]
    operations = [
        migrations.RunSQL(DELIVERED, DELIVERED_BACK),
        migrations.RunSQL(RESULT_GUARD, RESULT_GUARD_BACK),
        migrations.RunSQL(HANDED_OUT, HANDED_OUT_BACK),
    ]
