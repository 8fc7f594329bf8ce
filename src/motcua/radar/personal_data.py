"""Rà soát: what heads of units are asked to look at again, and what they made of it. Officers only, by opaque ids."""

from motcua.kernel.authority import Power
from motcua.kernel.personal_data import CODE, POINTER, Basis, Nobodys, Personal, Withheld, evidence

PERSONAL = (
    Personal(
        "Judgement: reason",
        "người phụ trách kết luận gì về một dòng rà soát, vì sao",
        Basis.SERVICE,
        (Power.GRANT, Power.INSPECT),
        evidence("kết luận về một cán bộ phải giải thích được"),
        Withheld.OFFICIAL,
    ),
)
NOBODYS = (
    Nobodys(
        "LookedDay: day found; Sighting: day kind unit_code judged_at lines count facts;"
        " Judgement: nth outcome unit_code",
        CODE,
    ),
    Nobodys("Sighting: officer_subject; Judgement: by_subject", POINTER),
)
