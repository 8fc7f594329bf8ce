"""A dossier's life as the database holds it: each state needs its record, records are completed once (threats C7, T-33)."""

from django.db import migrations

# Who may do this at that unit today: the same days as units.posts counts them.
HOLDS = """
CREATE FUNCTION desk_holds(who text, at bigint, wanted text) RETURNS boolean LANGUAGE sql STABLE
    SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT EXISTS (
        SELECT 1 FROM units_post p JOIN units_officer o ON o.id = p.officer_id
         WHERE o.subject = who AND o.active AND p.unit_id = at AND wanted = ANY (p.powers) AND p.revoked_at IS NULL
           AND p.valid_from <= (clock_timestamp() AT TIME ZONE 'Asia/Ho_Chi_Minh')::date
           AND (p.valid_to IS NULL OR p.valid_to >= (clock_timestamp() AT TIME ZONE 'Asia/Ho_Chi_Minh')::date)
    )
$$;
"""
HOLDS_BACK = "DROP FUNCTION desk_holds(text, bigint, text);"

# Where it lies: at first with whoever received it.
PLACE = """
CREATE FUNCTION desk_dossier_life() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    before_reception CONSTANT text[] := ARRAY['PROVISIONAL', 'NEW', 'NOT_ACCEPTED'];
BEGIN
    IF TG_OP = 'INSERT' THEN
        NEW.at_unit_id := NEW.unit_id;
        NEW.at_officer := NEW.received_by;
        RETURN NEW;
    END IF;
    IF OLD.received_by = '' AND NEW.received_by <> '' AND NEW.at_officer = '' THEN
        NEW.at_officer := NEW.received_by;
    END IF;
    IF NEW.due_at IS DISTINCT FROM OLD.due_at AND NOT OLD.state = ANY (before_reception)
       AND NOT (OLD.state IN ('SUPPLEMENT', 'PAYMENT') AND NEW.state = 'PROCESSING')
       AND NOT EXISTS (SELECT 1 FROM desk_notice n WHERE n.dossier_id = NEW.id AND n.kind = 'APOLOGY'
                          AND n.old_due_at = OLD.due_at AND n.new_due_at = NEW.due_at) THEN
        PERFORM desk_refuse('desk_due_date_kept',
            'Hạn trả chỉ thay đổi theo phiếu xin lỗi và hẹn lại, hoặc khi hồ sơ được bổ sung xong.');
    END IF;
    IF NEW.state = OLD.state THEN
        RETURN NEW;
    END IF;
    PERFORM desk_state_has_record(NEW, OLD.state);
    IF NEW.state IN ('DONE', 'STOPPED', 'WITHDRAWN', 'NOT_ACCEPTED') THEN
        NEW.finished_at := clock_timestamp();
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER desk_dossier_life BEFORE INSERT OR UPDATE ON desk_dossier
    FOR EACH ROW EXECUTE FUNCTION desk_dossier_life();
"""
PLACE_BACK = """
DROP TRIGGER desk_dossier_life ON desk_dossier;
DROP FUNCTION desk_dossier_life();
"""

# No state without the paper that the law wants for it.
RECORDS_FIRST = """
CREATE FUNCTION desk_has_notice(d bigint, wanted text[]) RETURNS boolean LANGUAGE sql STABLE
    SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT EXISTS (SELECT 1 FROM desk_notice WHERE dossier_id = d AND kind = ANY (wanted))
$$;
CREATE FUNCTION desk_state_has_record(d desk_dossier, old_state text) RETURNS void LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    unpaid boolean := EXISTS (SELECT 1 FROM desk_charge WHERE dossier_id = d.id AND paid_at IS NULL);
BEGIN
    CASE d.state
    WHEN 'SUPPLEMENT' THEN
        IF NOT desk_has_notice(d.id, ARRAY['SUPPLEMENT']) THEN
            PERFORM desk_refuse('desk_supplement_has_notice', 'Yêu cầu bổ sung phải có phiếu (mẫu 02).');
        END IF;
    WHEN 'NOT_ACCEPTED' THEN
        IF old_state = 'NEW' AND NOT desk_has_notice(d.id, ARRAY['REFUSAL', 'WITHDRAWAL']) THEN
            PERFORM desk_refuse('desk_refusal_has_notice', 'Từ chối hồ sơ phải có phiếu (mẫu 03) ghi rõ lý do.');
        END IF;
    WHEN 'WITHDRAWN' THEN
        IF NOT desk_has_notice(d.id, ARRAY['WITHDRAWAL']) THEN
            PERFORM desk_refuse('desk_withdrawal_has_notice', 'Rút hồ sơ phải ghi yêu cầu của chủ hồ sơ.');
        END IF;
    WHEN 'STOPPED' THEN
        IF NOT desk_has_notice(d.id, ARRAY['STOP', 'REFUSAL']) THEN
            PERFORM desk_refuse('desk_stop_has_notice', 'Dừng giải quyết phải có phiếu ghi rõ lý do.');
        END IF;
    WHEN 'PAYMENT' THEN
        IF NOT unpaid THEN
            PERFORM desk_refuse('desk_payment_has_charge', 'Chưa có khoản phí, lệ phí nào phải nộp.');
        END IF;
    WHEN 'PROCESSING' THEN
        IF old_state = 'RECEIVED' AND NOT EXISTS (
            SELECT 1 FROM desk_hop WHERE dossier_id = d.id AND left_at IS NULL) THEN
            PERFORM desk_refuse('desk_processing_has_hop', 'Hồ sơ phải được chuyển cho một đơn vị xử lý.');
        ELSIF old_state = 'SUPPLEMENT' AND NOT EXISTS (
            SELECT 1 FROM desk_notice WHERE dossier_id = d.id AND kind = 'SUPPLEMENT' AND answered_at IS NOT NULL) THEN
            PERFORM desk_refuse('desk_supplement_answered', 'Hồ sơ chưa được bổ sung đủ.');
        ELSIF old_state = 'PAYMENT' AND unpaid THEN
            PERFORM desk_refuse('desk_payment_made', 'Còn khoản phí, lệ phí chưa nộp.');
        END IF;
    WHEN 'DONE' THEN
        IF unpaid THEN
            PERFORM desk_refuse('desk_payment_made', 'Còn khoản phí, lệ phí chưa nộp.');
        ELSIF NOT EXISTS (SELECT 1 FROM desk_result WHERE dossier_id = d.id AND withdrawn_at IS NULL
                             AND signed_at IS NOT NULL) THEN
            PERFORM desk_refuse('desk_done_has_result', 'Hồ sơ chỉ xong khi có kết quả đã ký.');
        END IF;
    WHEN 'RETURNED' THEN
        IF NOT EXISTS (SELECT 1 FROM desk_handout WHERE dossier_id = d.id) THEN
            PERFORM desk_refuse('desk_returned_has_hand_out', 'Phải ghi lượt trả kết quả: ai nhận, bằng cách nào.');
        END IF;
    ELSE
        NULL;
    END CASE;
END $$;
"""
RECORDS_FIRST_BACK = """
DROP FUNCTION desk_state_has_record(desk_dossier, text);
DROP FUNCTION desk_has_notice(bigint, text[]);
"""

HOPS = """
CREATE FUNCTION desk_hop_guard() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    d desk_dossier;
    before desk_hop;
BEGIN
    IF TG_OP = 'DELETE' THEN
        PERFORM desk_refuse('desk_hop_kept', 'Lịch sử luân chuyển hồ sơ không được xóa.');
    END IF;
    SELECT * INTO d FROM desk_dossier WHERE id = NEW.dossier_id;
    IF TG_OP = 'INSERT' THEN
        IF d.state NOT IN ('RECEIVED', 'PROCESSING') THEN
            PERFORM desk_refuse('desk_hop_while_worked_on', 'Hồ sơ không ở bước được chuyển xử lý.');
        ELSIF NEW.order <> 1 + coalesce((SELECT max(h.order) FROM desk_hop h WHERE h.dossier_id = NEW.dossier_id), 0)
        THEN
            PERFORM desk_refuse('desk_hop_in_order', 'Hồ sơ vừa được người khác chuyển. Đề nghị ông/bà tải lại trang.');
        END IF;
        IF NEW.order > 1 THEN
            NEW.handed_at := clock_timestamp();
        END IF;
    ELSE
        before := OLD;
        IF OLD.accepted_at IS NULL AND OLD.left_at IS NULL AND NEW.accepted_at IS NOT NULL THEN
            NEW.accepted_at := clock_timestamp();
            before.accepted_at := NEW.accepted_at;
            before.accepted_by := NEW.accepted_by;
            before.accepted_by_name := NEW.accepted_by_name;
        END IF;
        IF OLD.left_at IS NULL AND NEW.left_at IS NOT NULL THEN
            NEW.left_at := clock_timestamp();
            before.left_at := NEW.left_at;
            before.outcome := NEW.outcome;
            before.note := NEW.note;
        END IF;
        IF NEW IS DISTINCT FROM before THEN
            PERFORM desk_refuse('desk_hop_unchanged', 'Lịch sử luân chuyển hồ sơ không được sửa.');
        END IF;
    END IF;
    IF NEW.accepted_by <> '' AND (TG_OP = 'INSERT' OR OLD.accepted_by = '') THEN
        IF d.owner_subject <> '' AND NEW.accepted_by = d.owner_subject THEN
            PERFORM desk_refuse('desk_hop_not_own', 'Cán bộ không xử lý hồ sơ của chính mình.');
        ELSIF NEW.order > 1 AND NOT desk_holds(NEW.accepted_by, NEW.unit_id, NEW.power) THEN
            PERFORM desk_refuse('desk_hop_by_holder', 'Người nhận bước này phải có quyền tương ứng tại đơn vị.');
        END IF;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER desk_hop_guard BEFORE INSERT OR UPDATE OR DELETE ON desk_hop
    FOR EACH ROW EXECUTE FUNCTION desk_hop_guard();

CREATE FUNCTION desk_hop_places() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NEW.left_at IS NULL THEN
        UPDATE desk_dossier SET at_unit_id = NEW.unit_id, at_officer = NEW.accepted_by, at_step = NEW.step_name
         WHERE id = NEW.dossier_id;
    ELSIF NEW.outcome = 'ENDED' THEN
        UPDATE desk_dossier SET at_unit_id = unit_id, at_officer = '', at_step = '' WHERE id = NEW.dossier_id;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER desk_hop_places AFTER INSERT OR UPDATE ON desk_hop
    FOR EACH ROW EXECUTE FUNCTION desk_hop_places();
"""
HOPS_BACK = """
DROP TRIGGER desk_hop_places ON desk_hop;
DROP TRIGGER desk_hop_guard ON desk_hop;
DROP FUNCTION desk_hop_places();
DROP FUNCTION desk_hop_guard();
"""

NOTICES = """
CREATE FUNCTION desk_notice_guard() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    d desk_dossier;
    before desk_notice;
BEGIN
    IF TG_OP = 'DELETE' THEN
        PERFORM desk_refuse('desk_notice_kept', 'Phiếu đã ban hành không được xóa.');
    ELSIF TG_OP = 'UPDATE' THEN
        before := OLD;
        IF OLD.answered_at IS NULL AND NEW.answered_at IS NOT NULL THEN
            NEW.answered_at := clock_timestamp();
            before.answered_at := NEW.answered_at;
        END IF;
        IF NEW IS DISTINCT FROM before THEN
            PERFORM desk_refuse('desk_notice_unchanged', 'Phiếu đã ban hành không được sửa.');
        END IF;
        RETURN NEW;
    END IF;
    NEW.issued_at := clock_timestamp();
    SELECT * INTO d FROM desk_dossier WHERE id = NEW.dossier_id;
    IF NEW.kind = 'SUPPLEMENT' AND d.state NOT IN ('RECEIVED', 'PROCESSING')
       OR NEW.kind = 'APOLOGY' AND d.state NOT IN ('RECEIVED', 'PROCESSING')
       OR NEW.kind = 'STOP' AND d.state NOT IN ('RECEIVED', 'PROCESSING', 'SUPPLEMENT', 'PAYMENT')
       OR NEW.kind = 'REFUSAL' AND d.state NOT IN ('NEW', 'RECEIVED', 'PROCESSING', 'SUPPLEMENT', 'PAYMENT')
       OR NEW.kind = 'WITHDRAWAL' AND d.state NOT IN ('NEW', 'RECEIVED', 'PROCESSING', 'SUPPLEMENT', 'PAYMENT') THEN
        PERFORM desk_refuse('desk_notice_in_its_state', 'Trạng thái của hồ sơ không cho phép ban hành phiếu này.');
    ELSIF NEW.kind <> 'WITHDRAWAL' AND d.owner_subject <> '' AND NEW.issued_by = d.owner_subject THEN
        PERFORM desk_refuse('desk_notice_not_own', 'Cán bộ không ban hành phiếu cho hồ sơ của chính mình.');
    ELSIF NEW.kind = 'APOLOGY' AND NEW.old_due_at IS DISTINCT FROM d.due_at THEN
        PERFORM desk_refuse('desk_apology_of_due_date', 'Ngày hẹn cũ trên phiếu không phải hạn trả của hồ sơ.');
    ELSIF NEW.kind = 'APOLOGY' AND clock_timestamp() > NEW.old_due_at - interval '1 day' THEN
        PERFORM desk_refuse('desk_apology_in_time',
            'Phiếu xin lỗi phải ban hành trước hạn trả ít nhất 01 ngày.');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER desk_notice_guard BEFORE INSERT OR UPDATE OR DELETE ON desk_notice
    FOR EACH ROW EXECUTE FUNCTION desk_notice_guard();
"""
NOTICES_BACK = """
DROP TRIGGER desk_notice_guard ON desk_notice;
DROP FUNCTION desk_notice_guard();
"""

# Money: what was asked is not changed; what was paid is paid once.
CHARGES = """
CREATE FUNCTION desk_charge_guard() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    before desk_charge;
BEGIN
    IF TG_OP = 'DELETE' THEN
        PERFORM desk_refuse('desk_charge_kept', 'Khoản thu không được xóa.');
    END IF;
    before := OLD;
    IF OLD.paid_at IS NULL AND NEW.paid_at IS NOT NULL THEN
        NEW.paid_at := clock_timestamp();
        before.paid_at := NEW.paid_at;
        before.paid_how := NEW.paid_how;
        before.taken_by := NEW.taken_by;
        before.taken_by_name := NEW.taken_by_name;
        before.receipt_number := NEW.receipt_number;
        before.reference := NEW.reference;
    END IF;
    IF NEW IS DISTINCT FROM before THEN
        PERFORM desk_refuse('desk_charge_unchanged', 'Khoản thu đã ghi không được sửa.');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER desk_charge_guard BEFORE UPDATE OR DELETE ON desk_charge
    FOR EACH ROW EXECUTE FUNCTION desk_charge_guard();
"""
CHARGES_BACK = """
DROP TRIGGER desk_charge_guard ON desk_charge;
DROP FUNCTION desk_charge_guard();
"""

RESULTS = """
CREATE FUNCTION desk_result_guard() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    d desk_dossier;
    before desk_result;
BEGIN
    IF TG_OP = 'DELETE' THEN
        PERFORM desk_refuse('desk_result_kept', 'Kết quả giải quyết không được xóa.');
    END IF;
    SELECT * INTO d FROM desk_dossier WHERE id = NEW.dossier_id;
    IF TG_OP = 'INSERT' THEN
        IF d.state NOT IN ('RECEIVED', 'PROCESSING') THEN
            PERFORM desk_refuse('desk_result_while_worked_on', 'Hồ sơ không ở bước được kèm kết quả.');
        ELSIF NEW.signed_at IS NOT NULL OR NEW.withdrawn_at IS NOT NULL THEN
            PERFORM desk_refuse('desk_result_begins_as_draft', 'Kết quả phải bắt đầu từ dự thảo.');
        END IF;
        RETURN NEW;
    END IF;
    before := OLD;
    IF OLD.signed_at IS NULL AND OLD.withdrawn_at IS NULL AND NEW.signed_at IS NOT NULL THEN
        IF d.owner_subject <> '' AND NEW.signed_by = d.owner_subject THEN
            PERFORM desk_refuse('desk_result_not_own', 'Cán bộ không ký kết quả của chính mình.');
        ELSIF d.state NOT IN ('RECEIVED', 'PROCESSING') OR NOT desk_holds(NEW.signed_by, d.at_unit_id, 'SIGN') THEN
            PERFORM desk_refuse('desk_result_by_signer', 'Người ký phải có quyền ký tại đơn vị đang giữ hồ sơ.');
        END IF;
        NEW.signed_at := clock_timestamp();
        before.signed_at := NEW.signed_at;
        before.signed_by := NEW.signed_by;
        before.signed_by_name := NEW.signed_by_name;
        before.signed_id := NEW.signed_id;
        before.number := NEW.number;
        before.issued_on := NEW.issued_on;
        before.valid_until := NEW.valid_until;
    END IF;
    IF OLD.withdrawn_at IS NULL AND NEW.withdrawn_at IS NOT NULL AND d.state IN ('RECEIVED', 'PROCESSING') THEN
        NEW.withdrawn_at := clock_timestamp();
        before.withdrawn_at := NEW.withdrawn_at;
    END IF;
    IF OLD.delivered_as = '' THEN
        before.delivered_as := NEW.delivered_as;
    END IF;
    IF NEW IS DISTINCT FROM before THEN
        PERFORM desk_refuse('desk_result_unchanged', 'Kết quả đã ký không được sửa.');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER desk_result_guard BEFORE INSERT OR UPDATE OR DELETE ON desk_result
    FOR EACH ROW EXECUTE FUNCTION desk_result_guard();
"""
RESULTS_BACK = """
DROP TRIGGER desk_result_guard ON desk_result;
DROP FUNCTION desk_result_guard();
"""

RETURNS = """
CREATE FUNCTION desk_hand_out_guard() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    d desk_dossier;
BEGIN
    IF TG_OP <> 'INSERT' THEN
        PERFORM desk_refuse('desk_hand_out_kept', 'Lượt trả kết quả không được sửa, không được xóa.');
    END IF;
    NEW.at := clock_timestamp();
    SELECT * INTO d FROM desk_dossier WHERE id = NEW.dossier_id;
    IF d.state <> 'DONE' THEN
        PERFORM desk_refuse('desk_hand_out_when_done', 'Chỉ trả kết quả của hồ sơ đã xử lý xong.');
    ELSIF d.owner_subject <> '' AND NEW."by" = d.owner_subject THEN
        PERFORM desk_refuse('desk_hand_out_not_own', 'Cán bộ không tự trả kết quả cho mình.');
    ELSIF NOT desk_holds(NEW."by", d.unit_id, 'HAND_OUT') THEN
        PERFORM desk_refuse('desk_hand_out_by_holder', 'Người trả kết quả phải có quyền trả tại đơn vị đã tiếp nhận.');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER desk_hand_out_guard BEFORE INSERT OR UPDATE OR DELETE ON desk_handout
    FOR EACH ROW EXECUTE FUNCTION desk_hand_out_guard();

CREATE FUNCTION desk_rating_guard() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        PERFORM desk_refuse('desk_rating_kept', 'Đánh giá đã gửi không được sửa, không được xóa.');
    ELSIF NOT EXISTS (SELECT 1 FROM desk_dossier WHERE id = NEW.dossier_id AND state = 'RETURNED') THEN
        PERFORM desk_refuse('desk_rating_after_return', 'Chỉ đánh giá sau khi đã nhận kết quả.');
    END IF;
    NEW.at := clock_timestamp();
    RETURN NEW;
END $$;
CREATE TRIGGER desk_rating_guard BEFORE INSERT OR UPDATE OR DELETE ON desk_rating
    FOR EACH ROW EXECUTE FUNCTION desk_rating_guard();
"""
RETURNS_BACK = """
DROP TRIGGER desk_rating_guard ON desk_rating;
DROP FUNCTION desk_rating_guard();
DROP TRIGGER desk_hand_out_guard ON desk_handout;
DROP FUNCTION desk_hand_out_guard();
"""

OPINIONS = """
CREATE FUNCTION desk_opinion_guard() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    before desk_opinion;
BEGIN
    IF TG_OP = 'DELETE' THEN
        PERFORM desk_refuse('desk_opinion_kept', 'Ý kiến phối hợp không được xóa.');
    END IF;
    before := OLD;
    IF OLD.answered_at IS NULL AND NEW.answered_at IS NOT NULL THEN
        NEW.answered_at := clock_timestamp();
        before.answered_at := NEW.answered_at;
        before.answered_by := NEW.answered_by;
        before.answer := NEW.answer;
        before.file_id := NEW.file_id;
    END IF;
    IF NEW IS DISTINCT FROM before THEN
        PERFORM desk_refuse('desk_opinion_unchanged', 'Ý kiến phối hợp đã ghi không được sửa.');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER desk_opinion_guard BEFORE UPDATE OR DELETE ON desk_opinion
    FOR EACH ROW EXECUTE FUNCTION desk_opinion_guard();
"""
OPINIONS_BACK = """
DROP TRIGGER desk_opinion_guard ON desk_opinion;
DROP FUNCTION desk_opinion_guard();
"""

# Dossiers that were received before this table of places existed.
PLACED = """
UPDATE desk_dossier SET at_unit_id = unit_id, at_officer = received_by WHERE at_unit_id IS NULL;
SET CONSTRAINTS ALL IMMEDIATE;
SET CONSTRAINTS ALL DEFERRED;
"""
# The columns go with the migration before this one.
PLACED_BACK = "SELECT 1"


class Migration(migrations.Migration):
    dependencies = [("desk", "0006_tables_of_a_life")]
    operations = [
        migrations.RunSQL(PLACED, PLACED_BACK),
        migrations.RunSQL(HOLDS, HOLDS_BACK),
        migrations.RunSQL(RECORDS_FIRST, RECORDS_FIRST_BACK),
        migrations.RunSQL(PLACE, PLACE_BACK),
        migrations.RunSQL(HOPS, HOPS_BACK),
        migrations.RunSQL(NOTICES, NOTICES_BACK),
        migrations.RunSQL(CHARGES, CHARGES_BACK),
        migrations.RunSQL(RESULTS, RESULTS_BACK),
        migrations.RunSQL(RETURNS, RETURNS_BACK),
        migrations.RunSQL(OPINIONS, OPINIONS_BACK),
    ]
