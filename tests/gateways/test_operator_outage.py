"""V-19: operators that stall, drip, fail, talk nonsense or answer about somebody else: no wait, and never a yes."""

import os
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from tests.evidence import figure
from tests.gateways.test_subscriber_registries import GOOD, SECRET, answering, ask, http

from motcua.accounts.ports import Verdict
from motcua.gateways.operators_http import HttpOperators

#: 2,000 questions in all with EVIDENCE_DIR; a tenth of them otherwise.
EACH = 400 if os.environ.get("EVIDENCE_DIR") else 40
KINDS: dict[str, tuple[bytes, dict[str, float]]] = {
    "stall": (http(GOOD), {"before": 30.0}),
    "5xx": (http(GOOD, status="503 Service Unavailable"), {}),
    "drip": (http(GOOD), {"seconds_a_byte": 0.2}),
    "garbage": (b"\x00\xff" * 200, {}),
    "wrong person": (http(GOOD.replace(b"900000001", b"900000002")), {}),
}


@pytest.mark.parametrize("kind", KINDS)
def test_v19_a_sick_operator_is_unknown_within_three_seconds(kind: str) -> None:
    reply, pace = KINDS[kind]
    waits: list[float] = []

    with answering(reply, **pace) as url:
        registry = HttpOperators(url, SECRET)

        def one(_: int) -> Verdict:
            began = time.monotonic()
            verdict = ask(registry).verdict
            waits.append(time.monotonic() - began)
            return verdict

        with ThreadPoolExecutor(8) as pool:
            verdicts = list(pool.map(one, range(EACH)))

    wrong = sum(verdict is not Verdict.UNKNOWN for verdict in verdicts)
    figure("V-19", f"câu trả lời khác UNKNOWN ({kind})", n=EACH, measured=wrong, limit=0, passed=wrong == 0)
    longest = round(max(waits), 2)
    # The call is cut off after 3 s; a busy machine may hear of it a little later.
    figure("V-19", f"giây chờ lâu nhất ({kind})", n=EACH, measured=longest, limit=4.5, passed=longest <= 4.5)
