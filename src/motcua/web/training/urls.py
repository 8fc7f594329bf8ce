"""Addresses of the training. In a real installation the first one leads to it, and the others are not there."""

from django.urls import path, register_converter
from django.urls.converters import StringConverter

from motcua.web.systems import together

courses = together("motcua.web.training.courses")
front = together("motcua.web.training.front")
trying = together("motcua.web.training.trying")


class TaskCode(StringConverter):
    """The code of a task; it begins with its appendix, so it is nobody's number."""

    regex = "i{1,3}-[a-z-]{2,40}"


register_converter(TaskCode, "training_task")

app_name = "training"
urlpatterns = [
    path("", front.front, name="front"),
    path("bai/<training_task:code>/bat-dau/", trying.begin, name="begin"),
    path("luot/<uuid:public_id>/", trying.attempt, name="attempt"),
    path("luot/<uuid:public_id>/goi-y/", trying.hint, name="hint"),
    path("luot/<uuid:public_id>/nop-bai/", trying.hand_in, name="hand_in"),
    path("luot/<uuid:public_id>/hop-thu/", trying.inbox, name="inbox"),
    path("luot/<uuid:public_id>/1414/", trying.ask_1414, name="ask_1414"),
    path("luot/<uuid:public_id>/the-can-cuoc.pdf", trying.card, name="card"),
    path("luot/<uuid:public_id>/giay-da-ky.pdf", trying.signed_paper, name="signed_paper"),
    path("ket-qua.pdf", trying.own_result, name="own_result"),
    path("lop/", courses.listing, name="courses"),
    path("lop/them-moi/", courses.add, name="course_add"),
    path("lop/<uuid:public_id>/", courses.one, name="course"),
    path("lop/<uuid:public_id>/phieu-dang-nhap.pdf", courses.sheet, name="course_sheet"),
    path("lop/<uuid:public_id>/ket-qua.xlsx", courses.export, name="course_export"),
    path("lop/<uuid:public_id>/ket-thuc/", courses.end, name="course_end"),
    path("lop/<uuid:public_id>/hoc-vien/<uuid:seat>/", courses.trainee, name="trainee"),
    path("lop/<uuid:public_id>/hoc-vien/<uuid:seat>/ket-qua.pdf", courses.result, name="trainee_result"),
]
