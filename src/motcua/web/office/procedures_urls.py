"""Addresses of the catalogue. A code of a procedure is public and may stand in an address."""

from django.urls import path

from motcua.web.office import procedures, procedures_drafts, procedures_import

urlpatterns = [
    path("", procedures.listing, name="procedures"),
    path("ket-xuat/", procedures.export, name="procedures_export"),
    path("nhap/", procedures_import.take_in, name="procedures_import"),
    path("them-moi/", procedures_drafts.begin, name="procedure_new"),
    path("ban-thao/<uuid:public_id>/", procedures_drafts.draft, name="procedure_draft"),
    path("ban-thao/<uuid:public_id>/thong-tin/", procedures_drafts.general, name="procedure_general"),
    path("ban-thao/<uuid:public_id>/xep-lai/", procedures_drafts.arrange, name="procedure_arrange"),
    path("ban-thao/<uuid:public_id>/ap-dung/", procedures_drafts.publish, name="procedure_publish"),
    path("ban-thao/<uuid:public_id>/<slug:part>/them/", procedures_drafts.part, name="procedure_part_new"),
    path("ban-thao/<uuid:public_id>/<slug:part>/<int:n>/", procedures_drafts.part, name="procedure_part"),
    path(
        "ban-thao/<uuid:public_id>/quy-trinh/<int:process>/buoc/them/",
        procedures_drafts.step,
        name="procedure_step_new",
    ),
    path(
        "ban-thao/<uuid:public_id>/quy-trinh/<int:process>/buoc/<int:n>/",
        procedures_drafts.step,
        name="procedure_step",
    ),
    path("ma/<str:code>/", procedures.one, name="procedure"),
    path("ma/<str:code>/sua/", procedures_drafts.begin, name="procedure_edit"),
]
