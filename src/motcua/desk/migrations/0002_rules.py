"""What must never happen at the desk, said to the database (threats C7, C8, T-33, T-39)."""

from django.db import migrations

# A rule that spans rows raises a check_violation under a name of its own; the use cases know these names.
RAISE = """
CREATE FUNCTION desk_refuse(rule text, words text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = rule, MESSAGE = words;
END $$;
"""

CHECK_GUARD = """
CREATE FUNCTION desk_check_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    first desk_accountcheck;
    before desk_accountcheck;
BEGIN
    IF TG_OP = 'DELETE' THEN
        PERFORM desk_refuse('desk_check_kept', 'Lần kiểm tra tài khoản không được xóa.');
    ELSIF TG_OP = 'UPDATE' THEN
        before := OLD;
        IF OLD.spent_at IS NULL AND NEW.spent_at IS NOT NULL THEN
            NEW.spent_at := clock_timestamp();
            before.spent_at := NEW.spent_at;
        END IF;
        IF OLD.procedure_id IS NULL AND OLD.spent_at IS NULL THEN
            before.procedure_id := NEW.procedure_id;
        END IF;
        IF OLD.owner_name_sealed IS NULL AND OLD.spent_at IS NULL THEN
            before.owner_name_sealed := NEW.owner_name_sealed;
        END IF;
        IF NEW IS DISTINCT FROM before THEN
            PERFORM desk_refuse('desk_check_unchanged', 'Kết quả kiểm tra tài khoản không được sửa.');
        END IF;
        RETURN NEW;
    END IF;
    IF NEW.spent_at IS NOT NULL THEN
        PERFORM desk_refuse('desk_check_fresh', 'Lần kiểm tra tài khoản mới chưa thể đã được sử dụng.');
    END IF;
    NEW.checked_at := clock_timestamp();
    IF NEW.look_up_id IS NOT NULL THEN
        SELECT * INTO first FROM desk_accountcheck WHERE id = NEW.look_up_id;
        IF first.look_up_id IS NOT NULL OR first.kind <> 'COUNTER' OR
           ROW(first.kind, first.answer, first.status, first.subject, first.number_bi, first.officer_subject,
               first.unit_code, first.purpose, first.receipt, first.jti, first.visit)
           IS DISTINCT FROM
           ROW(NEW.kind, NEW.answer, NEW.status, NEW.subject, NEW.number_bi, NEW.officer_subject,
               NEW.unit_code, NEW.purpose, NEW.receipt, NEW.jti, NEW.visit) THEN
            PERFORM desk_refuse('desk_check_derived', 'Lần kiểm tra phải trùng với lần tra cứu của cùng lượt khách.');
        END IF;
        NEW.checked_at := first.checked_at;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER desk_check_guard BEFORE INSERT OR UPDATE OR DELETE ON desk_accountcheck
    FOR EACH ROW EXECUTE FUNCTION desk_check_guard();
"""

# May this check open the gate for this dossier, now?
CHECK_OPENS = """
CREATE FUNCTION desk_check_opens(d desk_dossier, was_provisional boolean) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    c desk_accountcheck;
BEGIN
    SELECT * INTO c FROM desk_accountcheck WHERE id = d.check_id;
    IF c.answer <> 'FOUND' OR c.status NOT IN ('USABLE', 'AWAITING_ACTIVATION') THEN
        PERFORM desk_refuse('desk_check_not_usable', 'Tài khoản của chủ hồ sơ không dùng để tiếp nhận được.');
    ELSIF c.spent_at IS NULL THEN
        PERFORM desk_refuse('desk_check_not_spent', 'Lần kiểm tra tài khoản chưa được ghi nhận là đã sử dụng.');
    ELSIF c.subject <> d.owner_subject OR c.number_bi IS DISTINCT FROM d.owner_number_bi THEN
        PERFORM desk_refuse('desk_check_other_owner', 'Chủ hồ sơ không phải là người đã được kiểm tra tài khoản.');
    ELSIF c.checked_at <= clock_timestamp() - interval '15 minutes' THEN
        PERFORM desk_refuse('desk_check_too_old', 'Lần kiểm tra tài khoản đã quá 15 phút, đề nghị kiểm tra lại.');
    END IF;
    IF c.kind = 'COUNTER' THEN
        IF d.channel <> 'COUNTER' OR c.officer_subject <> d.received_by OR c.unit_code <> d.unit_code THEN
            PERFORM desk_refuse('desk_check_other_officer', 'Người tiếp nhận phải là người đã kiểm tra tài khoản.');
        ELSIF c.procedure_id IS DISTINCT FROM d.procedure_id THEN
            PERFORM desk_refuse('desk_check_other_procedure', 'Lần kiểm tra tài khoản là cho thủ tục khác.');
        ELSIF was_provisional THEN
            PERFORM desk_refuse('desk_check_other_kind', 'Hồ sơ tiếp nhận tạm được xác nhận bằng lần kiểm tra lại.');
        END IF;
    ELSIF c.kind = 'SIGN_IN' THEN
        IF d.channel <> 'ONLINE' OR was_provisional THEN
            PERFORM desk_refuse('desk_check_other_kind', 'Phiên đăng nhập của chủ hồ sơ chỉ dùng cho hồ sơ trực tuyến.');
        END IF;
    ELSIF NOT was_provisional OR c.for_dossier IS DISTINCT FROM d.public_id THEN
        PERFORM desk_refuse('desk_check_other_kind', 'Lần kiểm tra lại chỉ dùng cho hồ sơ tiếp nhận tạm của chính nó.');
    END IF;
END $$;
"""

DOSSIER_GUARD = """
CREATE FUNCTION desk_dossier_received(d desk_dossier) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    u units_unit;
    e desk_gateexception;
    today date := (clock_timestamp() AT TIME ZONE 'Asia/Ho_Chi_Minh')::date;
BEGIN
    SELECT * INTO u FROM units_unit WHERE id = d.unit_id;
    IF NOT starts_with(d.code, u.dossier_prefix || '-'
                       || to_char(d.received_at AT TIME ZONE 'Asia/Ho_Chi_Minh', 'YYMMDD') || '-') THEN
        PERFORM desk_refuse('desk_code_of_unit_and_day', 'Mã hồ sơ phải theo mã đơn vị và ngày tiếp nhận.');
    END IF;
    IF NOT EXISTS (SELECT 1 FROM units_officer WHERE subject = d.received_by) THEN
        PERFORM desk_refuse('desk_received_by_officer', 'Người tiếp nhận phải là cán bộ của đơn vị.');
    END IF;
    IF d.owner_subject <> '' AND NOT d.private_matter
       AND EXISTS (SELECT 1 FROM units_officer WHERE subject = d.owner_subject) THEN
        PERFORM desk_refuse('desk_staff_owner_is_private',
            'Chủ hồ sơ là cán bộ: chỉ tiếp nhận khi đánh dấu việc riêng, do cán bộ khác tiếp nhận.');
    END IF;
    IF d.unchecked AND today >= coalesce(u.gate_binds_from, DATE '2022-07-20') THEN
        PERFORM desk_refuse('desk_gate_binds',
            'Từ ngày áp dụng, đơn vị chỉ tiếp nhận hồ sơ của chủ hồ sơ đã được kiểm tra tài khoản.');
    END IF;
    IF d.exception_id IS NOT NULL THEN
        SELECT * INTO e FROM desk_gateexception WHERE id = d.exception_id;
        IF e.approved_at IS NULL OR e.asked_by <> d.received_by OR e.unit_id <> d.unit_id
           OR e.approved_by = d.received_by THEN
            PERFORM desk_refuse('desk_exception_approved', 'Trường hợp ngoại lệ phải được người phụ trách duyệt trước.');
        END IF;
    END IF;
END $$;

CREATE FUNCTION desk_dossier_provisional(d desk_dossier) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    c desk_accountcheck;
BEGIN
    SELECT * INTO c FROM desk_accountcheck WHERE id = d.unknown_check_id;
    IF c.answer IS DISTINCT FROM 'UNKNOWN' OR c.officer_subject <> d.received_by OR c.unit_code <> d.unit_code
       OR c.number_bi IS DISTINCT FROM d.owner_number_bi OR c.spent_at IS NULL
       OR c.checked_at <= clock_timestamp() - interval '15 minutes' THEN
        PERFORM desk_refuse('desk_provisional_after_unknown',
            'Chỉ tiếp nhận tạm khi Cổng DVCQG vừa không trả lời lần kiểm tra của chính cán bộ này.');
    END IF;
END $$;

CREATE FUNCTION desk_dossier_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    before_reception CONSTANT text[] := ARRAY['PROVISIONAL', 'NEW', 'NOT_ACCEPTED'];
    moves CONSTANT text[] := ARRAY[
        'PROVISIONAL>RECEIVED', 'PROVISIONAL>NOT_ACCEPTED', 'NEW>RECEIVED', 'NEW>NOT_ACCEPTED',
        'RECEIVED>PROCESSING', 'RECEIVED>SUPPLEMENT', 'RECEIVED>PAYMENT', 'RECEIVED>WITHDRAWN',
        'RECEIVED>STOPPED', 'RECEIVED>DONE',
        'PROCESSING>SUPPLEMENT', 'PROCESSING>PAYMENT', 'PROCESSING>WITHDRAWN', 'PROCESSING>STOPPED',
        'PROCESSING>DONE',
        'SUPPLEMENT>PROCESSING', 'SUPPLEMENT>WITHDRAWN', 'SUPPLEMENT>STOPPED',
        'PAYMENT>PROCESSING', 'PAYMENT>WITHDRAWN', 'PAYMENT>STOPPED',
        'DONE>RETURNED'];
    stood boolean := false;
    was_provisional boolean := false;
BEGIN
    IF TG_OP = 'DELETE' THEN
        PERFORM desk_refuse('desk_dossier_kept', 'Hồ sơ không được xóa.');
    ELSIF TG_OP = 'INSERT' THEN
        IF NEW.state NOT IN ('PROVISIONAL', 'NEW', 'RECEIVED') THEN
            PERFORM desk_refuse('desk_dossier_move', 'Hồ sơ phải bắt đầu từ bước tiếp nhận.');
        END IF;
        IF NOT EXISTS (SELECT 1 FROM units_unit WHERE id = NEW.unit_id AND code = NEW.unit_code)
           OR NOT EXISTS (SELECT 1 FROM desk_process WHERE id = NEW.process_id AND procedure_id = NEW.procedure_id) THEN
            PERFORM desk_refuse('desk_dossier_agrees', 'Đơn vị, thủ tục và quy trình của hồ sơ không khớp nhau.');
        END IF;
        IF NEW.state = 'PROVISIONAL' THEN
            PERFORM desk_dossier_provisional(NEW);
        END IF;
    ELSE
        stood := NOT OLD.state = ANY(before_reception);
        was_provisional := OLD.state = 'PROVISIONAL';
        IF NEW.state <> OLD.state AND NOT (OLD.state || '>' || NEW.state) = ANY(moves) THEN
            PERFORM desk_refuse('desk_dossier_move', 'Hồ sơ không thể chuyển sang trạng thái này.');
        END IF;
        IF ROW(NEW.id, NEW.public_id, NEW.provisional_number, NEW.unknown_check_id, NEW.exception_id, NEW.unchecked,
               NEW.track_check, NEW.channel, NEW.arrived_at, NEW.idempotency_key, NEW.request_mac,
               NEW.unit_id, NEW.unit_code, NEW.procedure_id, NEW.owner_number_bi)
           IS DISTINCT FROM
           ROW(OLD.id, OLD.public_id, OLD.provisional_number, OLD.unknown_check_id, OLD.exception_id, OLD.unchecked,
               OLD.track_check, OLD.channel, OLD.arrived_at, OLD.idempotency_key, OLD.request_mac,
               OLD.unit_id, OLD.unit_code, OLD.procedure_id, OLD.owner_number_bi)
           OR (OLD.check_id IS NOT NULL AND NEW.check_id IS DISTINCT FROM OLD.check_id)
           OR (OLD.owner_subject <> '' AND NEW.owner_subject <> OLD.owner_subject)
           OR (OLD.received_by <> '' AND NEW.received_by <> OLD.received_by)
           OR (stood AND ROW(NEW.code, NEW.check_id, NEW.received_at, NEW.private_matter, NEW.owner_subject)
                      IS DISTINCT FROM ROW(OLD.code, OLD.check_id, OLD.received_at, OLD.private_matter, OLD.owner_subject))
        THEN
            PERFORM desk_refuse('desk_dossier_unchanged',
                'Mã hồ sơ, chủ hồ sơ và lần kiểm tra tài khoản không được sửa sau khi tiếp nhận.');
        END IF;
    END IF;
    IF NEW.check_id IS NOT NULL AND (TG_OP = 'INSERT' OR OLD.check_id IS NULL) THEN
        PERFORM desk_check_opens(NEW, was_provisional);
    END IF;
    IF NOT NEW.state = ANY(before_reception) AND NOT stood THEN
        PERFORM desk_dossier_received(NEW);
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER desk_dossier_guard BEFORE INSERT OR UPDATE OR DELETE ON desk_dossier
    FOR EACH ROW EXECUTE FUNCTION desk_dossier_guard();
"""

# History and the evidence of exceptions are written once.
KEPT = """
CREATE FUNCTION desk_event_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM desk_refuse('desk_event_kept', 'Lịch sử hồ sơ không được sửa, không được xóa.');
    RETURN NULL;
END $$;
CREATE TRIGGER desk_event_guard BEFORE UPDATE OR DELETE ON desk_dossierevent
    FOR EACH ROW EXECUTE FUNCTION desk_event_guard();

CREATE FUNCTION desk_exception_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    before desk_gateexception;
BEGIN
    IF TG_OP = 'DELETE' THEN
        PERFORM desk_refuse('desk_exception_kept', 'Trường hợp ngoại lệ không được xóa.');
    END IF;
    before := OLD;
    IF OLD.approved_at IS NULL AND OLD.declined_at IS NULL THEN
        before.approved_at := NEW.approved_at;
        before.approved_by := NEW.approved_by;
        before.declined_at := NEW.declined_at;
        before.declined_by := NEW.declined_by;
    END IF;
    IF NEW IS DISTINCT FROM before THEN
        PERFORM desk_refuse('desk_exception_unchanged', 'Trường hợp ngoại lệ không được sửa sau khi gửi.');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER desk_exception_guard BEFORE UPDATE OR DELETE ON desk_gateexception
    FOR EACH ROW EXECUTE FUNCTION desk_exception_guard();
"""

SEARCH = """
CREATE INDEX desk_dossier_owner_words ON desk_dossier USING gin (to_tsvector('simple', owner_folded));
"""

UNDO = """
DROP INDEX desk_dossier_owner_words;
DROP TRIGGER desk_exception_guard ON desk_gateexception;
DROP TRIGGER desk_event_guard ON desk_dossierevent;
DROP TRIGGER desk_dossier_guard ON desk_dossier;
DROP TRIGGER desk_check_guard ON desk_accountcheck;
DROP FUNCTION desk_exception_guard();
DROP FUNCTION desk_event_guard();
DROP FUNCTION desk_dossier_guard();
DROP FUNCTION desk_dossier_received(desk_dossier);
DROP FUNCTION desk_dossier_provisional(desk_dossier);
DROP FUNCTION desk_check_opens(desk_dossier, boolean);
DROP FUNCTION desk_check_guard();
DROP FUNCTION desk_refuse(text, text);
"""


class Migration(migrations.Migration):
    dependencies = [("desk", "0001_tables"), ("units", "0001_units")]
    operations = [
        migrations.RunSQL(RAISE + CHECK_GUARD + CHECK_OPENS + DOSSIER_GUARD + KEPT + SEARCH, reverse_sql=UNDO)
    ]
