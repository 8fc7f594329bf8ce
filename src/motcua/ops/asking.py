"""What argparse says, in Vietnamese: how a command is used, and what is missing from it."""

import argparse
import re
from typing import Final, NoReturn

_HEADINGS: Final = (
    ("usage: ", "cách dùng: "),
    ("positional arguments:", "cần ghi:"),
    ("options:", "tùy chọn:"),
    ("show this help message and exit", "in hướng dẫn này rồi kết thúc"),
)
#: What argparse found wrong → the same for people.
_WRONG: Final = (
    (re.compile(r"the following arguments are required: (.*)"), r"còn thiếu: \1"),
    (re.compile(r"unrecognized arguments: (.*)"), r"không có phần này trong lệnh: \1"),
    (
        re.compile(r"argument (.*?): invalid choice: (.*?) \(choose from (.*)\)"),
        r"\1 không nhận \2; chọn một trong: \3",
    ),
    (re.compile(r"argument (.*?): expected one argument"), r"sau \1 cần ghi một giá trị"),
    (re.compile(r"argument (.*?): invalid \S+ value: (.*)"), r"\1 không nhận giá trị \2"),
    (re.compile(r"argument (.*?): (.*)"), r"\1: \2"),
)


class Parser(argparse.ArgumentParser):
    """Of the command ``motcua``; its verbs are read by parsers of the same kind."""

    def format_usage(self) -> str:
        return _said(super().format_usage())

    def format_help(self) -> str:
        return _said(super().format_help())

    def error(self, message: str) -> NoReturn:
        """Ends with 2, as argparse does."""
        self.exit(2, f"{self.format_usage()}{self.prog}: {wrong(message)}\n")


def wrong(message: str) -> str:
    """One sentence of argparse, in Vietnamese; what is not known stays as it is."""
    for pattern, words in _WRONG:
        if found := pattern.fullmatch(message):
            return found.expand(words)
    return message


def _said(text: str) -> str:
    for english, words in _HEADINGS:
        text = text.replace(english, words)
    return text
