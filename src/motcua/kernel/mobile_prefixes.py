"""Mobile prefixes as they were given out: the start of the table that an administrator edits."""

from typing import Final

#: From 15/9/2018 numbers of eleven digits became ten.
NEW_PREFIX_OF_OLD: Final[dict[str, str]] = {
    "0120": "070",
    "0121": "079",
    "0122": "077",
    "0126": "076",
    "0128": "078",
    "0123": "083",
    "0124": "084",
    "0125": "085",
    "0127": "081",
    "0129": "082",
    "0186": "056",
    "0188": "058",
    "0199": "059",
    "0162": "032",
    "0163": "033",
    "0164": "034",
    "0165": "035",
    "0166": "036",
    "0167": "037",
    "0168": "038",
    "0169": "039",
}

#: Operator to prefixes. Numbers are portable: this never names an operator in a message.
PREFIXES_OF_OPERATOR: Final[dict[str, tuple[str, ...]]] = {
    "Viettel": (
        "032",
        "033",
        "034",
        "035",
        "036",
        "037",
        "038",
        "039",
        "086",
        "096",
        "097",
        "098",
    ),
    "VinaPhone": (
        "081",
        "082",
        "083",
        "084",
        "085",
        "088",
        "091",
        "094",
    ),
    "MobiFone": (
        "070",
        "076",
        "077",
        "078",
        "079",
        "089",
        "090",
        "093",
    ),
    "Vietnamobile": (
        "052",
        "056",
        "058",
        "092",
    ),
    "Gmobile": (
        "059",
        "099",
    ),
    "Itel": ("087",),
    "Wintel": ("055",),
}

HOTLINE_OF_OPERATOR: Final[dict[str, str]] = {
    "Viettel": "18008098",
    "VinaPhone": "18001091",
    "MobiFone": "9090",
}
