"""The boxes of the owner's vault."""

from django import forms

from motcua.vault import paper_reports
from motcua.web.forms_base import Form, PlainTextField


class ReportForm(Form):
    """What is wrong with a paper."""

    fault = forms.ChoiceField(
        label="Điều chưa đúng",
        choices=paper_reports.FAULTS,
        widget=forms.RadioSelect,
    )
    words = PlainTextField(
        label="Nội dung",
        max_length=1000,
        lines=True,
        help_text="Ghi rõ chỗ sai và thông tin đúng. Cán bộ của đơn vị đã số hóa giấy tờ đọc nội dung này.",
    )
