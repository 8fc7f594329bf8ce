"""Where a request's time goes: the web application called in this process, under cProfile."""

import cProfile
import io
import pstats
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from bench.visits import CHECK, Officers

_GROUPS = (
    ("psycopg", "site-packages/psycopg"),
    ("Django: cơ sở dữ liệu", "django/db/"),
    ("Django: biểu mẫu", "django/forms/"),
    ("Django: còn lại", "site-packages/django/"),
    ("django-csp", "site-packages/csp/"),
    ("prometheus", "prometheus_client"),
    ("motcua.web", "motcua/web/"),
    ("motcua.ops (nhật ký yêu cầu, số đo)", "motcua/ops/"),
    ("motcua: còn lại", "src/motcua/"),
    ("ghi log", "logging/"),
)


def checks(officers: Officers, requests: int) -> tuple[dict[str, float], str]:
    """Share of own time per part of the house in per cent, and the longest functions as text."""
    from motcua.config.wsgi import application

    def one(nth: int) -> None:
        body = urlencode(
            {"csrfmiddlewaretoken": officers.csrf, "number": officers.number(), "card_qr": ""}
        ).encode()
        said: list[str] = []

        def start(
            status: str, headers: list[tuple[str, str]], broken: Any = None, /
        ) -> Callable[[bytes], object]:
            said.append(status)
            return said.append  # type: ignore[return-value]

        answer = application(_environ(CHECK, officers.cookies(nth), body), start)
        list(answer)
        answer.close()
        assert said == ["302 Found"], said

    return _profiled(one, requests)


def _environ(path: str, cookies: str, body: bytes) -> dict[str, Any]:
    return {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": path,
        "QUERY_STRING": "",
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "443",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "HTTP_HOST": "127.0.0.1",
        "HTTP_COOKIE": cookies,
        "HTTP_ORIGIN": "https://127.0.0.1",
        "HTTP_X_FORWARDED_PROTO": "https",
        "HTTP_X_FORWARDED_FOR": "127.0.0.1",
        "CONTENT_TYPE": "application/x-www-form-urlencoded",
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": io.StringIO(),
        "wsgi.url_scheme": "http",
    }


def _profiled(one: Callable[[int], None], requests: int) -> tuple[dict[str, float], str]:
    for nth in range(100):
        one(nth)
    profile = cProfile.Profile()
    profile.enable()
    for nth in range(requests):
        one(nth)
    profile.disable()
    text = io.StringIO()
    figures = pstats.Stats(profile, stream=text)
    figures.strip_dirs().sort_stats("tottime").print_stats(30)
    shares: Counter[str] = Counter()
    for (place, _, name), (_, _, own, _, _) in pstats.Stats(profile).stats.items():  # type: ignore[attr-defined]
        shares[_group(str(Path(place)), name)] += own
    whole = sum(shares.values())
    return {part: round(100 * own / whole, 1) for part, own in shares.most_common()}, text.getvalue()


def _group(place: str, name: str) -> str:
    if "wait" in name and "psycopg" in place:
        return "chờ PostgreSQL"
    return next(
        (label for label, piece in _GROUPS if piece in place), "Python (thư viện chuẩn, hàm dựng sẵn)"
    )
