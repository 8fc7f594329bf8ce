"""Addresses of online filing and of what owners do about their dossiers themselves."""

from django.urls import path, register_converter
from django.urls.converters import StringConverter

from motcua.web.systems import desk

filing = desk("motcua.web.citizen.filing")
filing_life = desk("motcua.web.citizen.filing_life")


class FiledProcedure(StringConverter):
    """A code with a dot or a letter in it: never a row of digits, which could be somebody's number."""

    regex = r"(?=[0-9-]*[A-Za-z.])[0-9A-Za-z][0-9A-Za-z.-]{0,39}"


register_converter(FiledProcedure, "filed_procedure")

urlpatterns = [
    path("ca-nhan/nop-ho-so/", filing.listing, name="filing"),
    path("ca-nhan/nop-ho-so/thu-tuc/<filed_procedure:code>/", filing.procedure, name="filing_procedure"),
    path("ca-nhan/nop-ho-so/<uuid:public_id>/", filing.draft, name="filing_draft"),
    path("ca-nhan/nop-ho-so/<uuid:public_id>/xoa/", filing.delete, name="filing_delete"),
    path("ca-nhan/nop-ho-so/<uuid:public_id>/tep/<uuid:file_id>/", filing.file, name="filing_file"),
    path("ca-nhan/ho-so/<uuid:public_id>/bo-sung/", filing_life.supplement, name="supplement"),
    path("ca-nhan/ho-so/<uuid:public_id>/rut/", filing_life.withdraw, name="withdraw"),
    path("ca-nhan/ho-so/<uuid:public_id>/danh-gia/", filing_life.rate, name="rate"),
    path("ca-nhan/ho-so/<uuid:public_id>/ket-qua.pdf", filing_life.result, name="result"),
]
