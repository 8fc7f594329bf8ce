"""Addresses of the catalogue. A code of a procedure is public and may stand in an address."""

from django.urls import path, register_converter
from django.urls.converters import IntConverter, StringConverter

from motcua.web.systems import desk

procedures = desk("motcua.web.office.procedures")
procedures_drafts = desk("motcua.web.office.procedures_drafts")
procedures_import = desk("motcua.web.office.procedures_import")


class ProcedureCode(StringConverter):
    """A code with a dot or a letter in it: never a row of digits, which could be somebody's number."""

    regex = r"(?=[0-9-]*[A-Za-z.])[0-9A-Za-z][0-9A-Za-z.-]{0,39}"


class ListOfEntry(StringConverter):
    regex = "thanh-phan|mau-don|quy-trinh"


class Place(IntConverter):
    """From 1, in a short list."""

    regex = "[1-9][0-9]?"


register_converter(ProcedureCode, "procedure_code")
register_converter(ListOfEntry, "list_of_entry")
register_converter(Place, "place")

urlpatterns = [
    path("", procedures.listing, name="procedures"),
    path("ket-xuat/", procedures.export, name="procedures_export"),
    path("nhap/", procedures_import.take_in, name="procedures_import"),
    path("them-moi/", procedures_drafts.begin, name="procedure_new"),
    path("ban-thao/<uuid:public_id>/", procedures_drafts.draft, name="procedure_draft"),
    path("ban-thao/<uuid:public_id>/thong-tin/", procedures_drafts.general, name="procedure_general"),
    path("ban-thao/<uuid:public_id>/xep-lai/", procedures_drafts.arrange, name="procedure_arrange"),
    path("ban-thao/<uuid:public_id>/ap-dung/", procedures_drafts.publish, name="procedure_publish"),
    path(
        "ban-thao/<uuid:public_id>/<list_of_entry:part>/them/",
        procedures_drafts.part,
        name="procedure_part_new",
    ),
    path(
        "ban-thao/<uuid:public_id>/<list_of_entry:part>/<place:n>/",
        procedures_drafts.part,
        name="procedure_part",
    ),
    path(
        "ban-thao/<uuid:public_id>/quy-trinh/<place:process>/buoc/them/",
        procedures_drafts.step,
        name="procedure_step_new",
    ),
    path(
        "ban-thao/<uuid:public_id>/quy-trinh/<place:process>/buoc/<place:n>/",
        procedures_drafts.step,
        name="procedure_step",
    ),
    path("ma/<procedure_code:code>/", procedures.one, name="procedure"),
    path("ma/<procedure_code:code>/sua/", procedures_drafts.begin, name="procedure_edit"),
]
