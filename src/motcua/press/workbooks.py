"""Sổ tính: every workbook that leaves the house; one of a training world says so on each sheet."""

from typing import IO, Any

from django.conf import settings
from openpyxl import Workbook
from openpyxl.worksheet.header_footer import HeaderFooter, HeaderFooterItem
from openpyxl.worksheet.header_footer import _HeaderFooterPart as _Part

from motcua.kernel.training_stamp import STAMP

_WORDS = f"{STAMP} – người và số liệu hư cấu của lớp tập huấn, không có giá trị sử dụng."
_RED = "A01C20"


class Book(Workbook):
    """As openpyxl's own, with the stamp: on the tab and the printed head of each sheet, and a last sheet of words.

    No row is moved: what was exported is read in again.
    """

    def save(self, filename: str | IO[bytes] | Any) -> None:
        if settings.TRAINING:
            self._stamp()
        super().save(filename)

    def _stamp(self) -> None:
        self.properties.title = STAMP
        self.properties.category = STAMP
        for sheet in self.worksheets:
            sheet.sheet_properties.tabColor = _RED
            sheet.HeaderFooter = HeaderFooter(oddHeader=HeaderFooterItem(center=_Part(_WORDS)))
        self.create_sheet(STAMP).append([_WORDS])
