"""What no row of the accounts may say: each rule refused by its name, and let through once it is gone (seen red)."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, models
from django.utils import timezone

from motcua.accounts import identity
from motcua.accounts.models import (
    Account,
    Adjustment,
    Agreement,
    AssistApplication,
    Authenticator,
    ClassList,
    ClassRow,
    ClassTally,
    Closure,
    DecoyNumber,
    Disavowal,
    EmailBinding,
    EmailProof,
    FactorReset,
    Guardianship,
    IdentityDocument,
    KnownDevice,
    ListExport,
    LookUp,
    Mandate,
    MandateRequest,
    Merge,
    NoticeChoice,
    OwnerNews,
    PairwiseSubject,
    Passcode,
    Passkey,
    Person,
    PhoneBinding,
    PhoneException,
    ProviderChange,
    ProviderPeriod,
    ReceiptKey,
    Recovery,
    RecoveryCode,
    Registration,
    RestingReset,
    SecondStep,
    Session,
    SignIn,
    SubscriberCheck,
    Suspicion,
    VneidLink,
)
from tests.accounts import people
from tests.rule_by_rule import Rule, only_by_trigger, two_rows, untried, wrong_of

pytestmark = pytest.mark.django_db

ONE = "'\\x" + "01" * 32 + "'"
SHORT = "'\\x00'"

#: The rows every rule is tried on; what is not said is made up (rule_by_rule.two_rows).
ROWS: dict[type[models.Model], dict[str, Any]] = {
    Person: {"kind": "CITIZEN", "born_on": timezone.localdate()},
    Account: {"status": "closed", "origin": "SELF"},
    IdentityDocument: {"kind": "CCCD12", "last3": "123", "source": "OFFICER"},
    PairwiseSubject: {},
    Closure: {"how": "DESK"},
    Agreement: {"agreed": True},
    PhoneException: {"requested_by": "a", "approved_by": "b"},
    PhoneBinding: {},
    Suspicion: {"other_id": lambda nth: nth + 1},
    Registration: {"state": "TYPED"},
    Recovery: {"kind": "PASSWORD", "state": "ASKED"},
    RestingReset: {"state": "WAITING", "password": "x"},
    AssistApplication: {"reason": "OTHER", "status": "cancelled"},
    EmailBinding: {
        "email_sealed": b"x",
        "email_bi": lambda nth: bytes([nth]) * 32,
        "email_masked": "l***@x",
    },
    EmailProof: {},
    NoticeChoice: {"channels": "SMS"},
    Mandate: {"basis": "LEGAL", "proof": "Giấy chứng nhận", "organisation_id": 9},
    MandateRequest: {"basis": "LEGAL", "proof": "Giấy chứng nhận", "organisation_id": 9},
    Passcode: {"purpose": "REGISTER"},
    ListExport: {"rows": 1},
    Session: {"audience": "CITIZEN"},
    KnownDevice: {"account_id": 1},
    Disavowal: {},
    LookUp: {"answer": "FOUND"},
    OwnerNews: {},
    DecoyNumber: {},
    SubscriberCheck: {"verdict": "MATCH"},
    Authenticator: {"secret_sealed": b"x"},
    Passkey: {"credential_id": lambda nth: bytes([nth]) * 16, "sign_count": 0},
    RecoveryCode: {},
    FactorReset: {"asked_by": "a", "reason": "mất điện thoại"},
    SecondStep: {},
    Adjustment: {"kind": "LOCK", "asked_by": "a", "reason": "đã xem giấy tờ", "unit_id": 1},
    Merge: {
        "kind": "MERGE",
        "survivor_id": lambda nth: nth + 10,
        "evidence_id": lambda nth: nth,
        "asked_by": "a",
        "reason": "đã xem giấy tờ",
        "unit_id": 1,
    },
    ClassList: {"content_mac": lambda nth: bytes([nth]) * 32, "size": 1, "label": "Khối 9"},
    ClassRow: {"typed_sealed": b"x"},
    ClassTally: {"pupils": 2, "found": 1},
    ReceiptKey: {},
    Guardianship: {"kind": "PARENT", "ends_on": timezone.localdate()},
    ProviderChange: {
        "provider": "VNEID",
        "owner_kind": lambda nth: ["CITIZEN", "ORGANISATION"][nth - 1],
        "reason": "Nghị định 69/2024",
        "asked_by": "a" * 32,
        "valid_from": timezone.localdate(),
    },
    ProviderPeriod: {
        "provider": "VNEID",
        "owner_kind": lambda nth: ["CITIZEN", "ORGANISATION"][nth - 1],
        "valid_from": timezone.localdate(),
    },
    VneidLink: {"tech_bi": lambda nth: bytes([nth]) * 32, "level": 2},
    SignIn: {"how": "TOTP", "result": "IN", "known_device": True},
}

CLOSED = "status = 'closed', closed_at = now(), email_bi = NULL, email_sealed = NULL, email_masked = ''"
AGREED = "decision = 'APPROVED', decided_at = now()"
DECIDED = f"decided_at = now(), decided_by = '{'b' * 32}'"
TAKEN_BACK = (
    "taken_back_at = now(), taken_back_by = 'a', taken_back_unit_code = 'u', taken_back_reason = 'ghi nhầm'"
)
ASKED = "asked_by = 'a', asked_unit_code = 'x', asked_at = now(), reason = 'đã xem giấy tờ'"
RULES: list[Rule] = [
    # migration 0070: providers of identities, links to VNeID
    ("accounts_account", "account_of_vneid_has_no_password", "origin = 'VNEID'"),
    ("accounts_account", "account_of_vneid_has_no_password", "without_password = true, password = 'x'"),
    ("accounts_session", "session_provider_known", "provider = 'OTHER'"),
    ("accounts_secondstep", "second_step_provider_known", "provider = 'OTHER'"),
    ("accounts_providerchange", "provider_change_state_known", f"state = 'MAYBE', {DECIDED}"),
    ("accounts_providerchange", "provider_change_owner_kind_known", "owner_kind = 'X' || id"),
    ("accounts_providerchange", "provider_change_provider_known", "provider = 'OTHER'"),
    ("accounts_providerchange", "provider_change_days_in_order", "valid_to = valid_from - 1"),
    ("accounts_providerchange", "provider_change_says_why", "reason = '          '"),
    ("accounts_providerchange", "provider_change_says_why", "asked_by = ''"),
    ("accounts_providerchange", "provider_change_decided_whole", "state = 'DECLINED', decided_by = 'b'"),
    ("accounts_providerchange", "provider_change_decided_whole", "decided_at = now()"),
    ("accounts_providerchange", "provider_change_two_officers",
     f"state = 'APPROVED', {DECIDED}, asked_by = '{'b' * 32}'"),
    ("accounts_providerchange", "provider_change_two_officers", f"state = 'WITHDRAWN', {DECIDED}"),
    ("accounts_providerchange", "provider_change_one_waits", "owner_kind = 'CITIZEN'"),
    ("accounts_providerperiod", "provider_period_once", "owner_kind = 'CITIZEN'"),
    ("accounts_providerperiod", "provider_period_owner_kind_known", "owner_kind = 'X' || id"),
    ("accounts_providerperiod", "provider_period_provider_known", "provider = 'OTHER'"),
    ("accounts_providerperiod", "provider_period_days_in_order", "valid_to = valid_from - 1"),
    ("accounts_providerperiod", "provider_period_begins", "provider = 'DVCQG'"),
    ("accounts_providerperiod", "provider_period_begins", "valid_from = NULL"),
    ("accounts_vneidlink", "vneid_tech_id_once", f"tech_bi = {ONE}"),
    ("accounts_vneidlink", "vneid_link_once_per_account", "account_id = 1"),
    ("accounts_vneidlink", "vneid_tech_bi_32", "tech_bi = substr(tech_bi, 1, 3)"),
    ("accounts_vneidlink", "vneid_link_level_two", "level = 1"),
    ("accounts_vneidlink", "vneid_link_asked_whole", "asked_by = 'a'"),
    ("accounts_vneidlink", "vneid_link_asked_whole", f"{ASKED.replace('đã xem giấy tờ', '     ')}"),
    ("accounts_vneidlink", "vneid_link_ended_whole", "ended_at = now()"),
    ("accounts_vneidlink", "vneid_link_ended_whole", "tech_bi = NULL"),
    ("accounts_vneidlink", "vneid_link_ended_whole", "ended_how = 'CLOSED', ended_at = now()"),
    ("accounts_vneidlink", "vneid_link_ended_whole", "ended_how = 'PARTED', ended_at = now()"),
    ("accounts_vneidlink", "vneid_link_dropped_whole", "dropped_how = 'OWNER'"),
    ("accounts_vneidlink", "vneid_link_dropped_whole", "dropped_at = now()"),
    ("accounts_vneidlink", "vneid_link_dropped_whole", "stopped_at = now()"),
    ("accounts_vneidlink", "vneid_link_dropped_whole",
     "dropped_how = 'OWNER', dropped_at = now(), dropped_asked_by = 'a', dropped_unit_code = 'u'"),
    ("accounts_vneidlink", "vneid_link_dropped_whole",
     "dropped_how = 'GONE', dropped_at = now(), dropped_asked_by = 'a', dropped_unit_code = 'u'"),
    ("accounts_vneidlink", "vneid_link_two_officers",
     "ended_how = 'DESK', ended_at = now(), tech_bi = NULL, ended_by = 'b'"),
    ("accounts_vneidlink", "vneid_link_two_officers",
     f"{ASKED}, ended_how = 'DESK', ended_at = now(), tech_bi = NULL, ended_by = 'a'"),
    # migration 0038: closed accounts
    ("accounts_closure", "closure_how_known", "how = 'GONE'"),
    ("accounts_agreement", "agreement_once", "account_id = 1, text = 'CHANNELS', version = 'x'"),
    ("accounts_agreement", "agreement_text_known", "text = 'OTHER'"),
    ("accounts_closure", "closure_owner_read_the_text", "how = 'OWNER'"),
    ("accounts_receiptkey", "receipt_key_shown_first", "signs_from = made_at - interval '1 second'"),
    # migration 0011: e-mail addresses, their proofs, the channels of notices
    ("accounts_emailbinding", "email_one_active_per_account", "account_id = 1"),
    ("accounts_emailbinding", "email_email_bi_32", f"email_bi = {SHORT}"),
    ("accounts_emailbinding", "email_status_known", "status = 'lost', closed_at = NULL"),
    ("accounts_emailbinding", "email_binding_erased", "status = 'closed'"),
    ("accounts_emailbinding", "email_binding_erased", "closed_at = now()"),
    ("accounts_emailbinding", "email_binding_erased", "email_sealed = NULL"),
    ("accounts_emailbinding", "email_binding_erased", f"{CLOSED.replace('email_bi = NULL, ', '')}"),
    ("accounts_emailbinding", "email_binding_erased", f"{CLOSED}, email_sealed = '\\x01'".replace(
        "email_sealed = NULL, ", "")),
    ("accounts_emailbinding", "email_binding_erased", CLOSED.replace("email_masked = ''", "email_masked = 'l'")),
    ("accounts_emailproof", "email_proof_newest_only", "account_id = 1"),
    ("accounts_emailproof", "email_proof_five_tries", "attempts = 6"),
    ("accounts_emailproof", "email_proof_lives_15_minutes", "expires_at = expires_at + interval '1 second'"),
    ("accounts_emailproof", "email_proof_email_bi_32", f"email_bi = {SHORT}"),
    ("accounts_emailproof", "email_proof_code_mac_32", f"code_mac = {SHORT}"),
    ("accounts_noticechoice", "notice_choice_channels_known", "channels = 'POST'"),
    # migration 0012: who acts for an organisation
    ("accounts_mandate", "mandate_days_in_order", "valid_to = valid_from - 1"),
    ("accounts_mandate", "mandate_authorised_until", "basis = 'AUTHORISED'"),
    ("accounts_mandate", "mandate_authorised_until", "basis = 'FRIEND', valid_to = valid_from"),
    ("accounts_mandate", "mandate_has_proof", "proof = '    '"),
    ("accounts_mandate", "mandate_has_proof", "granted_by = ''"),
    ("accounts_mandate", "mandate_revoked_by_somebody", "revoked_at = now()"),
    ("accounts_mandate", "mandate_revoked_by_somebody", "revoked_at = now(), revoked_by = 'x'"),
    ("accounts_mandate", "mandate_revoked_by_somebody", "revoked_why = 'x'"),
    ("accounts_mandate", "mandate_once_while_it_stands", "representative_id = 1"),
    # migration 0044: accounts that are merged
    ("accounts_merge", "merge_two_accounts", "survivor_id = absorbed_id"),
    ("accounts_merge", "merge_one_open", "absorbed_id = 1"),
    ("accounts_merge", "merge_one_open",
     "absorbed_id = 1, state = 'AGREED', decided_at = now(), decided_by = 'b'"),
    ("accounts_merge", "merge_two_officers", "decided_by = 'b'"),
    ("accounts_merge", "merge_two_officers", "state = 'AGREED', decided_at = now(), decided_by = 'a'"),
    ("accounts_merge", "merge_two_officers", "state = 'DONE', decided_at = now()"),
    ("accounts_merge", "merge_two_officers", "state = 'DECLINED', decided_at = now(), decided_by = 'a'"),
    ("accounts_merge", "merge_two_officers", "state = 'WITHDRAWN', decided_at = now(), decided_by = 'b'"),
    ("accounts_merge", "merge_has_reason", "reason = '    '"),
    ("accounts_merge", "merge_has_reason", "asked_by = ''"),
    ("accounts_merge", "merge_says_what", "evidence_id = NULL"),
    ("accounts_merge", "merge_says_what", "kind = 'UNDO'"),
    ("accounts_account", "account_merged_says_where", "status = 'merged'"),
    ("accounts_account", "account_merged_says_where", "status = 'locked', merged_into_id = id"),
    # migration 0064: accounts of minors
    ("accounts_guardianship", "guardianship_one_open", "account_id = 1"),
    ("accounts_guardianship", "guardianship_settled_says_how", "settled_at = now()"),
    ("accounts_guardianship", "guardianship_settled_says_how", "settled_at = now(), settled_by = 'a'"),
    ("accounts_guardianship", "guardianship_settled_says_how", "settled_by = 'a', request_number = 'YC-1'"),
    ("accounts_guardianship", "guardianship_read_afterwards", "reviewed_at = now()"),
    ("accounts_guardianship", "guardianship_rests_once_settled", "rests_until = now()"),
    ("accounts_guardianship", "guardianship_rests_once_settled", "settled_unit_code = 'x'"),
    ("accounts_guardianship", "guardianship_told_known", "told = 4"),
    # migration 0100: written down and taken back
    ("accounts_guardianship", "guardianship_taken_back_whole", "taken_back_at = now()"),
    ("accounts_guardianship", "guardianship_taken_back_whole", "taken_back_reason = 'ghi nhầm'"),
    ("accounts_guardianship", "guardianship_taken_back_whole", TAKEN_BACK.replace("ghi nhầm", "  a ")),
    ("accounts_guardianship", "guardianship_taken_back_whole", TAKEN_BACK.replace("'u'", "''")),
    ("accounts_guardianship", "guardianship_taken_back_whole",
     f"{TAKEN_BACK}, settled_at = now(), settled_by = 'a', request_number = 'YC-1'"),
    ("accounts_guardianship", "guardianship_kind_known", "kind = 'FRIEND'"),
    ("accounts_assistapplication", "application_held_by_known", "held_by = 'FRIEND'"),
    ("accounts_assistapplication", "application_own_phone_not_shared", "held_by = 'SELF', phone_exception_id = 1"),
    ("accounts_assistapplication", "application_of_age_own_phone", "kind = 'OF_AGE', held_by = 'PARENT'"),
    ("accounts_assistapplication", "application_of_age_own_phone", "kind = 'OF_AGE', phone_exception_id = 1"),
    # migration 0031: adjustments of accounts
    ("accounts_adjustment", "adjustment_one_waiting", "account_id = 1"),
    ("accounts_adjustment", "adjustment_two_officers", f"{AGREED}, kind = 'CLOSE', decided_by = 'a'"),
    ("accounts_adjustment", "adjustment_two_officers", AGREED),
    ("accounts_adjustment", "adjustment_two_officers", "decided_by = 'b'"),
    ("accounts_adjustment", "adjustment_two_officers",
     "decision = 'DECLINED', decided_at = now(), decided_by = 'a'"),
    ("accounts_adjustment", "adjustment_two_officers",
     "decision = 'WITHDRAWN', decided_at = now(), decided_by = 'b'"),
    ("accounts_adjustment", "adjustment_has_reason", "reason = '    '"),
    ("accounts_adjustment", "adjustment_has_reason", "asked_by = ''"),
    ("accounts_adjustment", "adjustment_says_what", "kind = 'CORRECT'"),
    ("accounts_adjustment", "adjustment_says_what", "kind = 'ADD_NUMBER', data_sealed = '\\x01', scan_qr = 'SAME'"),
    ("accounts_adjustment", "adjustment_says_what", "kind = 'CORRECT', evidence_id = id, scan_qr = 'SAME'"),
    ("accounts_adjustment", "adjustment_says_what", "data_sealed = '\\x01'"),
    ("accounts_adjustment", "adjustment_kind_known", "kind = 'GIFT'"),
    ("accounts_adjustment", "adjustment_decision_known", "decision = 'MAYBE'"),
    ("accounts_adjustment", "adjustment_scan_qr_known", "scan_qr = 'ODD'"),
    # migration 0034: class lists
    ("accounts_classlist", "class_list_once_while_kept", f"unit_id = 1, content_mac = {ONE}"),
    ("accounts_classlist", "class_list_of_an_officer", "officer_subject = ''"),
    ("accounts_classlist", "class_list_of_an_officer", "asked_by = ''"),
    ("accounts_classlist", "class_list_of_an_officer", "unit_code = ''"),
    ("accounts_classlist", "class_list_of_an_officer", "label = ''"),
    ("accounts_classlist", "class_list_size", "size = 0"),
    ("accounts_classlist", "class_list_size", "size = 5001"),
    ("accounts_classlist", "class_list_kept_seven_days", "kept_until = kept_until + interval '1 second'"),
    ("accounts_classlist", "class_list_purpose_known", "purpose = 'CURIOSITY'"),
    ("accounts_classlist", "class_list_content_mac_32", f"content_mac = {SHORT} || int4send(id::int)"),
    ("accounts_classrow", "class_row_once", "class_list_id = 1, nth = 1"),
    ("accounts_classrow", "class_row_answer_known", "answer = 'PERHAPS'"),
    ("accounts_classtally", "class_tally_once", "class_list_id = 1, run = 1, class_label = '9A1'"),
    ("accounts_classtally", "class_tally_of_pupils", "found = 3"),
    ("accounts_classtally", "class_tally_of_pupils", "pupils = 0, found = 0"),
    # migration 0030: the second factor
    ("accounts_session", "session_factor_was_proved", "factor = 'TOTP'"),
    ("accounts_session", "session_factor_was_proved", "proved_at = now()"),
    ("accounts_session", "session_factor_was_proved", "factor = 'SMS', proved_at = now()"),
    ("accounts_authenticator", "authenticator_one_live", "account_id = 1"),
    ("accounts_authenticator", "authenticator_erased", "secret_sealed = NULL"),
    ("accounts_authenticator", "authenticator_erased", "ended_at = now(), ended_why = 'x'"),
    ("accounts_authenticator", "authenticator_erased", "ended_at = now(), secret_sealed = NULL"),
    ("accounts_authenticator", "authenticator_erased", "ended_why = 'x'"),
    ("accounts_passkey", "passkey_counts_from_nought", "sign_count = -1"),
    ("accounts_passkey", "passkey_ended_with_reason", "ended_at = now()"),
    ("accounts_passkey", "passkey_ended_with_reason", "ended_why = 'x'"),
    ("accounts_recoverycode", "recovery_code_code_mac_32", f"code_mac = {SHORT} || int4send(id::int)"),
    ("accounts_factorreset", "factor_reset_one_waiting", "account_id = 1"),
    ("accounts_factorreset", "factor_reset_two_officers", f"{AGREED}, decided_by = 'a'"),
    ("accounts_factorreset", "factor_reset_decision_known", "decision = 'MAYBE'"),
    ("accounts_factorreset", "factor_reset_two_officers", AGREED),
    ("accounts_factorreset", "factor_reset_two_officers", "decision = 'APPROVED', decided_by = 'b'"),
    ("accounts_factorreset", "factor_reset_two_officers", "decided_by = 'b'"),
    ("accounts_factorreset", "factor_reset_two_officers",
     "decision = 'WITHDRAWN', decided_at = now(), decided_by = 'b'"),
    ("accounts_factorreset", "factor_reset_has_reason", "reason = '    '"),
    ("accounts_factorreset", "factor_reset_has_reason", "unit_code = ''"),
    ("accounts_factorreset", "factor_reset_code_after_approval", f"code_mac = {ONE}, code_sent_at = now()"),
    ("accounts_factorreset", "factor_reset_code_after_approval", "used_at = now()"),
    ("accounts_factorreset", "factor_reset_five_tries", "tries = 6"),
    ("accounts_factorreset", "factor_reset_code_mac_32",
     f"{AGREED}, decided_by = 'b', code_sent_at = now(), code_mac = {SHORT}"),
    ("accounts_secondstep", "second_step_token_hash_32", f"token_hash = {SHORT} || int4send(id::int)"),
    ("accounts_secondstep", "second_step_device_hash_32", f"device_hash = {SHORT}"),
    ("accounts_secondstep", "second_step_ten_minutes", "expires_at = expires_at + interval '1 second'"),
    ("accounts_signin", "sign_in_how_known", "how = 'SMS'"),
    ("accounts_signin", "sign_in_result_known", "result = 'MAYBE'"),
    # migration 0013: a mandate is asked by one officer and decided by another
    ("accounts_mandaterequest", "mandate_request_days_in_order", "valid_to = valid_from - 1"),
    ("accounts_mandaterequest", "mandate_request_authorised_until", "basis = 'AUTHORISED'"),
    ("accounts_mandaterequest", "mandate_request_has_proof", "proof = '    '"),
    ("accounts_mandaterequest", "mandate_request_has_proof", "asked_by = ''"),
    ("accounts_mandaterequest", "mandate_request_decided_by_somebody", "decided_at = now()"),
    ("accounts_mandaterequest", "mandate_request_decided_by_somebody", "reason = 'x'"),
    ("accounts_mandaterequest", "mandate_request_decided_by_somebody", "decision = 'APPROVED', decided_by = 'x'"),
    ("accounts_mandaterequest", "mandate_request_two_officers",
     "decision = 'APPROVED', decided_by = asked_by, decided_at = now()"),
    ("accounts_mandaterequest", "mandate_request_two_officers",
     "decision = 'DECLINED', decided_by = asked_by, decided_at = now(), reason = 'x'"),
    ("accounts_mandaterequest", "mandate_request_two_officers",
     "decision = 'WITHDRAWN', decided_by = 'x', decided_at = now()"),
    ("accounts_mandaterequest", "mandate_request_declined_with_reason",
     "decision = 'DECLINED', decided_by = 'x', decided_at = now()"),
    ("accounts_mandaterequest", "mandate_request_one_waiting", "representative_id = 1"),
    ("accounts_mandaterequest", "mandate_request_decision_known",
     "decision = 'PERHAPS', decided_by = 'x', decided_at = now()"),
    # the room's first tables
    ("accounts_person", "person_kind_known", "kind = 'GHOST'"),
    ("accounts_person", "person_citizen_has_birth_date", "born_on = NULL"),
    ("accounts_account", "account_status_known", "status = 'lost'"),
    ("accounts_account", "account_origin_known", "origin = 'GIFT'"),
    ("accounts_account", "account_assisted_has_voucher", "origin = 'ASSISTED'"),
    ("accounts_account", "account_assisted_has_voucher", "vouched_by = 'x'"),
    ("accounts_account", "account_active_has_password", "status = 'active'"),
    ("accounts_identitydocument", "identity_status_known", "status = 'lost'"),
    ("accounts_pairwisesubject", "pairwise_account_once", "account_id = 1, audience = 'x'"),
    ("accounts_pairwisesubject", "pairwise_subject_once", "audience = 'x', subject = 'x'"),
    ("accounts_phoneexception", "phone_exception_phone_bi_32", f"phone_bi = {SHORT}"),
    ("accounts_phonebinding", "phone_phone_bi_32", f"phone_bi = {SHORT} || int4send(id::int)"),
    ("accounts_phonebinding", "phone_role_known", "role = 'second'"),
    ("accounts_phonebinding", "phone_status_known", "status = 'lost'"),
    ("accounts_suspicion", "suspicion_pair_once", "person_id = 1, other_id = 2"),
    ("accounts_suspicion", "suspicion_two_people", "other_id = person_id"),
    ("accounts_registration", "registration_state_known", "state = 'LOST'"),
    ("accounts_registration", "registration_done_iff_account", "state = 'DONE'"),
    ("accounts_registration", "registration_done_iff_account", "account_id = 1"),
    ("accounts_registration", "registration_lives_24_hours", "expires_at = created_at + interval '25 hours'"),
    ("accounts_registration", "registration_number_bi_32", f"number_bi = {SHORT}"),
    ("accounts_registration", "registration_phone_bi_32", f"phone_bi = {SHORT}"),
    ("accounts_registration", "registration_slip_once", "slip_code = 'one'"),
    ("accounts_restingreset", "resting_reset_state_known", "state = 'LOST', settled_at = now(), password = ''"),
    ("accounts_restingreset", "resting_reset_settled_forgets", "password = ''"),
    ("accounts_restingreset", "resting_reset_settled_forgets", "state = 'DONE', password = ''"),
    ("accounts_restingreset", "resting_reset_settled_forgets", "state = 'DONE', settled_at = now()"),
    ("accounts_restingreset", "resting_reset_rests_a_day", "effective_at = asked_at + interval '23 hours'"),
    ("accounts_restingreset", "resting_reset_once_per_account", "account_id = 1"),
    ("accounts_restingreset", "resting_reset_phone_bi_32", f"phone_bi = {SHORT}"),
    ("accounts_recovery", "recovery_kind_known", "kind = 'LUCK'"),
    ("accounts_recovery", "recovery_state_known", "state = 'LOST', account_id = 1"),
    ("accounts_recovery", "recovery_proved_has_account", "state = 'PROVED'"),
    ("accounts_assistapplication", "application_kind_known", "kind = 'GIFT'"),
    ("accounts_assistapplication", "application_status_known", "status = 'lost'"),
    ("accounts_assistapplication", "application_number_bi_32", f"number_bi = {SHORT}"),
    ("accounts_assistapplication", "application_phone_bi_32", f"phone_bi = {SHORT}"),
    (
        "accounts_assistapplication",
        "application_created_has_account",
        "status = 'created', code_hash = number_bi, form_hash = number_bi, paper_hash = number_bi, scan_id = id",
    ),
    ("accounts_passcode", "passcode_purpose_known", "purpose = 'GIFT'"),
    ("accounts_passcode", "passcode_subject_bi_32", f"subject_bi = {SHORT} || int4send(id::int)"),
    ("accounts_passcode", "passcode_phone_bi_32", f"phone_bi = {SHORT} || int4send(id::int)"),
    ("accounts_passcode", "passcode_session_hash_32", f"session_hash = {SHORT}"),
    ("accounts_passcode", "passcode_payload_hash_32", f"payload_hash = {SHORT}"),
    ("accounts_passcode", "passcode_code_mac_32", f"code_mac = {SHORT}"),
    ("accounts_listexport", "list_export_has_reason", "reason = ''"),
    ("accounts_listexport", "list_export_up_to_1000", "rows = 1001"),
    ("accounts_session", "session_audience_known", "audience = 'GHOST'"),
    ("accounts_session", "session_token_hash_32", f"token_hash = {SHORT} || int4send(id::int)"),
    ("accounts_knowndevice", "known_device_device_hash_32", f"device_hash = {SHORT} || int4send(id::int)"),
    ("accounts_knowndevice", "known_device_once", f"device_hash = {ONE}"),
    ("accounts_disavowal", "disavowal_token_hash_32", f"token_hash = {SHORT} || int4send(id::int)"),
    ("accounts_lookup", "look_up_answer_known", "answer = 'PERHAPS'"),
    ("accounts_lookup", "look_up_number_bi_32", f"number_bi = {SHORT}"),
    ("accounts_ownernews", "owner_news_once", "audience = 'binh-dinh', key = 'one'"),
    ("accounts_decoynumber", "decoy_number_bi_32", f"number_bi = {SHORT} || int4send(id::int)"),
    ("accounts_subscribercheck", "subscriber_check_verdict_known", "verdict = 'PERHAPS'"),
    ("accounts_subscribercheck", "subscriber_check_subject_bi_32", f"subject_bi = {SHORT}"),
    ("accounts_subscribercheck", "subscriber_check_phone_bi_32", f"phone_bi = {SHORT}"),
]  # fmt: skip
#: What another rule of the same row forbids as well, and is tried without that one.
BEHIND = {
    "account_origin_known": ("accounts_account", "account_assisted_has_voucher"),
    "adjustment_kind_known": ("accounts_adjustment", "adjustment_says_what"),
    "merge_kind_known": ("accounts_merge", "merge_says_what"),
    "merge_state_known": ("accounts_merge", "merge_two_officers"),
    "adjustment_scan_qr_known": ("accounts_adjustment", "adjustment_says_what"),
    "adjustment_decision_known": ("accounts_adjustment", "adjustment_two_officers"),
    "factor_reset_decision_known": ("accounts_factorreset", "factor_reset_two_officers"),
    "email_status_known": ("accounts_emailbinding", "email_binding_erased"),
    "mandate_request_decision_known": ("accounts_mandaterequest", "mandate_request_two_officers"),
}


@pytest.fixture
def rows() -> None:
    for model, more in ROWS.items():
        two_rows(model, **more)


def sql(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.usefixtures("rows")
def test_no_row_of_the_accounts_can_lie() -> None:
    assert wrong_of(rule for rule in RULES if rule[1] not in BEHIND) == []


@pytest.mark.usefixtures("rows")
@pytest.mark.parametrize("name", sorted(BEHIND))
def test_nor_can_it_where_another_rule_stands_before(name: str) -> None:
    table, before = BEHIND[name]
    sql(f'ALTER TABLE {table} DROP CONSTRAINT "{before}"')
    assert wrong_of(rule for rule in RULES if rule[1] == name) == []


@pytest.mark.usefixtures("rows")
def test_who_looked_up_an_account_is_never_changed_and_goes_no_day_early() -> None:
    only_by_trigger(
        "look_up_append_only",
        "accounts_lookup",
        lambda: sql("UPDATE accounts_lookup SET answer = 'NOT_FOUND'"),
    )
    only_by_trigger("look_up_kept", "accounts_lookup", lambda: sql("DELETE FROM accounts_lookup"))


@pytest.mark.usefixtures("rows")
@pytest.mark.parametrize(
    ("rule", "table"),
    [
        ("owner_news_kept", "accounts_ownernews"),
        ("list_export_kept", "accounts_listexport"),
        ("assist_application_kept", "accounts_assistapplication"),
    ],
)
def test_what_an_officer_answers_for_goes_no_day_early(rule: str, table: str) -> None:
    only_by_trigger(rule, table, lambda: sql(f"DELETE FROM {table}"))


@pytest.mark.parametrize(
    "change", ["UPDATE accounts_agreement SET agreed = false", "DELETE FROM accounts_agreement"]
)
def test_what_somebody_answered_stays_as_it_was(change: str) -> None:
    Agreement.objects.create(account=people.account(), text="PROCESSING", version="x", agreed=True)
    only_by_trigger("agreement_stays", "accounts_agreement", lambda: sql(change))


def test_what_an_account_is_called_elsewhere_stays() -> None:
    named = identity.name_to(people.account(), "binh-dinh")
    only_by_trigger(
        "subject_stays", "accounts_pairwisesubject", lambda: sql("DELETE FROM accounts_pairwisesubject")
    )
    renamed = f"UPDATE accounts_pairwisesubject SET subject = 'other' WHERE subject = '{named.subject}'"
    only_by_trigger("subject_stays", "accounts_pairwisesubject", lambda: sql(renamed))


def test_an_email_proof_of_exactly_fifteen_minutes_and_five_tries_stands() -> None:
    """The rules are as narrow as they say, and no narrower."""
    two_rows(EmailProof, attempts=5)
    assert {row.expires_at - row.created_at for row in EmailProof.objects.all()} == {timedelta(minutes=15)}


def test_every_rule_of_the_room_is_seen_red_somewhere() -> None:
    assert untried("accounts", Path(__file__).parent, RULES) == set()
