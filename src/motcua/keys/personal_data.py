"""Khóa: numbers of keys and by what they are recognised; nothing about a person."""

from motcua.kernel.personal_data import CODE, DIGEST, Nobodys, Personal

PERSONAL: tuple[Personal, ...] = ()
NOBODYS = (
    Nobodys("KnownFieldKey: check_value; KnownLookupKey: check_value; KnownSecretKey: check_value", DIGEST),
    Nobodys("Machine: name", CODE),
)
