"""Bảo vệ dữ liệu: what the room itself holds about people."""

from motcua.kernel.authority import Power
from motcua.kernel.personal_data import CODE, DIGEST, POINTER, Basis, Nobodys, Personal, Withheld, evidence

PERSONAL: tuple[Personal, ...] = (
    Personal(
        "Breach: reason happened measures decided_why",
        "sự cố dữ liệu: việc đã xảy ra, biện pháp, ai duyệt báo tin và vì sao",
        Basis.PROTECTION,
        (Power.INSPECT, Power.GRANT),
        evidence("cơ quan chuyên trách hỏi lại được bất cứ lúc nào"),
        Withheld.OFFICIAL,
    ),
)
NOBODYS: tuple[Nobodys, ...] = (
    Nobodys("ChoreRun: chore; Breach: about_system unit_code; BreachPerson: acts data", CODE),
    Nobodys("Breach: about_officer made_by decided_by; BreachPerson: who", POINTER),
    Nobodys("Breach: list_sha256", DIGEST),
)
