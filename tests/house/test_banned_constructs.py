"""Words that do not occur in the source, each with the mistake it stands for (threats, section 6)."""

import ast
import re
from collections.abc import Callable

import pytest

from tests.house import sources

Rule = Callable[[ast.AST, str], bool]


def _imports(*names: str) -> Rule:
    def found(node: ast.AST, _where: str) -> bool:
        if isinstance(node, ast.Import):
            return any(alias.name.split(".")[0] in names for alias in node.names)
        return isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] in names

    return found


def _calls(*ends: str) -> Rule:
    def found(node: ast.AST, _where: str) -> bool:
        return isinstance(node, ast.Call) and bool(
            re.search(rf"(\A|\.)({'|'.join(ends)})\Z", ast.unparse(node.func))
        )

    return found


def _says(*words: str) -> Rule:
    def found(node: ast.AST, _where: str) -> bool:
        return (isinstance(node, ast.Name) and node.id in words) or (
            isinstance(node, ast.Attribute) and node.attr in words
        )

    return found


def _keyword(name: str, value: object) -> Rule:
    def found(node: ast.AST, _where: str) -> bool:
        return (
            isinstance(node, ast.keyword)
            and node.arg == name
            and isinstance(node.value, ast.Constant)
            and node.value.value is value
        )

    return found


def _text(pattern: str) -> Rule:
    def found(node: ast.AST, _where: str) -> bool:
        return (
            isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and bool(re.search(pattern, node.value))
        )

    return found


def _open_ended(node: ast.AST, _where: str) -> bool:
    """A call to the outside that may wait for ever."""
    if not isinstance(node, ast.Call):
        return False
    called = ast.unparse(node.func)
    outside = re.fullmatch(
        r"(httpx|requests)\.(get|post|put|patch|delete|head|request|stream|Client|AsyncClient)"
        r"|(.*\.)?(urlopen|create_connection|HTTPS?Connection)",
        called,
    )
    return bool(outside) and not any(keyword.arg == "timeout" for keyword in node.keywords)


def _fetches_in_a_page(node: ast.AST, where: str) -> bool:
    """A view that reads a row by itself forgets whose it is (HOUSE, cards 5 and 8)."""
    return where.startswith(("web/", "api/")) and (
        (isinstance(node, ast.Attribute) and node.attr == "objects")
        or _says("get_object_or_404", "get_list_or_404")(node, where)
    )


def _ends_in_dollar(node: ast.AST, _where: str) -> bool:
    """``$`` also matches before a last line break; \\Z and fullmatch do not."""
    if not (isinstance(node, ast.Call) and ast.unparse(node.func).startswith("re.") and node.args):
        return False
    first = node.args[0]
    text = first.value if isinstance(first, ast.Constant) else ""
    return isinstance(text, str) and bool(re.search(r"(?<!\\)\$", text)) and "(?m)" not in text


#: What of xml.etree makes and writes, and the error that defusedxml raises as well.
_READS_NO_XML = {"Element", "SubElement", "tostring", "ParseError"}
RULES: dict[str, tuple[Rule, str]] = {
    "random numbers that can be guessed": (_imports("random"), "import random"),
    "objects made from bytes of others": (_imports("pickle", "marshal", "shelve", "dill"), "import pickle"),
    "a text declared safe by hand": (_calls("mark_safe", "SafeString", "SafeText"), "x = mark_safe(name)"),
    "a row fetched in a page": (_fetches_in_a_page, "row = Dossier.objects.get(pk=1)"),
    "every column in a form": (_text(r"\A__all__\Z"), 'fields = "__all__"'),
    "TLS without looking": (_keyword("verify", False), "httpx.Client(timeout=1, verify=False)"),
    "waiting for ever": (_open_ended, "httpx.get(address)"),
    "another library for the wire": (_imports("requests", "urllib3", "aiohttp"), "import requests"),
    "rows that take others along": (_says("CASCADE"), "ForeignKey(Account, on_delete=models.CASCADE)"),
    "digits of other scripts, by pattern": (_text(r"(?<!\\)\\d"), 'pattern = r"\\d+"'),
    "digits of other scripts, by method": (_calls("isdigit", "isnumeric", "isdecimal"), "said.isdigit()"),
    "an end that is not the end": (_ends_in_dollar, 're.compile(r"[0-9]+$")'),
    "a shell": (_keyword("shell", True), "subprocess.run(words, shell=True)"),
    "a shell, the older way": (_calls(r"os\.system", r"os\.popen"), "os.system(words)"),
    "YAML that builds objects": (_calls(r"yaml\.load", r"yaml\.unsafe_load"), "yaml.load(text)"),
    "a transaction around every request": (_says("ATOMIC_REQUESTS"), "ATOMIC_REQUESTS = True"),
    "the same, in a dictionary": (_text(r"\AATOMIC_REQUESTS\Z"), 'd = {"ATOMIC_REQUESTS": True}'),
    "code made of text": (
        lambda node, _where: (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id in {"eval", "exec", "compile"}
        ),
        "eval(text)",
    ),
    "a form without its token": (_says("csrf_exempt"), "@csrf_exempt\ndef view(request): ..."),
    "XML that fetches and expands": (
        lambda node, where: (
            isinstance(node, ast.ImportFrom | ast.Import)
            and "xml.etree" in ast.unparse(node)
            and not (isinstance(node, ast.ImportFrom) and {one.name for one in node.names} <= _READS_NO_XML)
        ),
        "import xml.etree.ElementTree",
    ),
    "hashes that are broken": (_calls(r"hashlib\.md5", r"hashlib\.sha1"), "hashlib.md5(data)"),
}
#: Where a rule knows better, and why.
EXCUSED: dict[str, set[str]] = {
    # Judges how a password is made, in any script; it lets nothing in as a number.
    "digits of other scripts, by method": {"kernel/weak_passwords.py"},
    # Sent by a program without cookies; its own signature, over time and body, is what lets it in.
    # The same for other systems' programs: a key of theirs, or a token in a header.
    "a form without its token": {
        "web/public/payment_news.py",
        "web/public/sms_news.py",
        "web/public/through_the_portal.py",
        "web/oauth2/tokens.py",
        "web/oauth2/people_tokens.py",
    },
}


def offences(name: str, where: str, tree: ast.AST) -> list[str]:
    rule, _ = RULES[name]
    excused = EXCUSED.get(name, set())
    return [
        f"{where}:{getattr(node, 'lineno', 0)}"
        for node in ast.walk(tree)
        if rule(node, where) and where not in excused
    ]


@pytest.mark.parametrize("name", RULES)
def test_the_source_is_free_of(name: str) -> None:
    found = [line for module in sources.modules() for line in offences(name, module.where, module.tree)]
    assert found == []


@pytest.mark.parametrize("name", RULES)
def test_the_rule_sees_its_mistake(name: str) -> None:
    _, mistake = RULES[name]
    assert offences(name, "web/bad.py", ast.parse(mistake)) != []


PAGE_RULES = {
    "markup let through": (r"\|\s*safe\b|{%\s*autoescape\s+off", "<p>{{ name|safe }}</p>"),
    "a style that the CSP refuses": (r"<[^>]*\sstyle=", '<p style="color: red">'),
    "an act that the CSP refuses": (r"<[^>]*\son[a-z]+=", '<a onclick="go()">'),
    "a script inside the page": (
        r"<script(?![^>]*\b(src|type=\"application/json\")\b)",
        "<script>go()</script>",
    ),
    "a request to somebody else": (
        r"<(?:script|link|img|iframe|source|video|audio)\b[^>]*\b(?:src|href)=[\"'](?:https?:)?//",
        '<img src="https://cdn.example/a.png">',
    ),
    "a number or a name in an address": (
        r"(?:href|action)=[\"'](?!tel:)[^\"']*\{\{[^}]*(?:full_name|citizen_id|phone|number_shown)",
        '<a href="/x/{{ person.citizen_id }}/">',
    ),
}


@pytest.mark.parametrize("name", PAGE_RULES)
def test_no_page_has(name: str) -> None:
    pattern, _ = PAGE_RULES[name]
    found = [
        str(page.relative_to(sources.SRC))
        for page in sources.templates()
        if re.search(pattern, _without_comments(page.read_text(encoding="utf-8")))
    ]
    assert found == []


@pytest.mark.parametrize("name", PAGE_RULES)
def test_the_page_rule_sees_its_mistake(name: str) -> None:
    pattern, mistake = PAGE_RULES[name]
    assert re.search(pattern, mistake)


def _without_comments(page: str) -> str:
    return re.sub(r"\{#.*?#\}|\{% comment %\}.*?\{% endcomment %\}", "", page, flags=re.DOTALL)
