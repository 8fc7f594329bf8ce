"""Journeys that every run walks a second time, where portal and desk are two installations (ADR 0019).

One for each way on which something crosses the line between the two: signing in, asking about an account, opening one
from the desk, papers that go to the vault; and one for what the desk answers other systems by itself. In one file, so
that one such pair of systems is started. All others go there with ARRANGEMENT=apart.
"""

from tests.journeys import (
    test_account_life,
    test_connected_systems,
    test_life_of_a_result,
    test_phu_luc_i,
    test_phu_luc_ii,
    test_phu_luc_iii,
)

# What these journeys ask for beside the visitors of all.
officer, silent_portal = test_phu_luc_ii.officer, test_phu_luc_ii.silent_portal
creator, scan = test_phu_luc_iii.creator, test_phu_luc_iii.scan

test_a_citizen_registers = test_phu_luc_i.test_a_citizen_registers_from_the_home_page
test_an_owner_is_found_and_received_for = (
    test_phu_luc_ii.test_found_then_received_with_a_slip_and_the_owner_has_dossier_and_paper
)
test_an_owner_is_not_found_and_registers = (
    test_phu_luc_ii.test_not_found_registers_in_the_new_tab_while_the_desk_waits
)
test_a_silent_portal_is_asked_again = (
    test_phu_luc_ii.test_a_silent_portal_is_no_answer_and_the_worker_asks_again
)
test_an_officer_creates_an_account = (
    test_phu_luc_iii.test_the_officer_creates_the_account_and_the_citizen_activates_it
)
test_a_lost_phone_is_replaced = (
    test_account_life.test_a_lost_phone_is_replaced_at_the_desk_and_the_citizen_signs_in_with_it
)
test_a_result_reaches_its_owner = (
    test_life_of_a_result.test_a_result_at_once_is_seen_by_its_owner_only_after_it_was_handed_out
)
test_a_system_is_connected_to_the_desk_itself = (
    test_connected_systems.test_a_system_is_connected_by_two_and_stopped_by_one
)
