"""The tables of the accounts room. Nobody above it writes them directly."""

from motcua.accounts.models.applications import AssistApplication, TempCredential
from motcua.accounts.models.emails import EmailBinding, EmailProof, NoticeChoice
from motcua.accounts.models.flows import Recovery, Registration
from motcua.accounts.models.mandates import Mandate, MandateUse
from motcua.accounts.models.passcodes import Passcode
from motcua.accounts.models.people import (
    Account,
    IdentityDocument,
    PairwiseSubject,
    Person,
    PhoneBinding,
    PhoneException,
    Suspicion,
)
from motcua.accounts.models.searches import ListExport, SearchMemory
from motcua.accounts.models.sessions import Disavowal, KnownDevice, Session
from motcua.accounts.models.traces import (
    DecoyNumber,
    LookUp,
    Operator,
    OperatorPrefix,
    OwnerNews,
    SubscriberCheck,
)

__all__ = [
    "Account",
    "AssistApplication",
    "DecoyNumber",
    "Disavowal",
    "EmailBinding",
    "EmailProof",
    "IdentityDocument",
    "KnownDevice",
    "ListExport",
    "LookUp",
    "Mandate",
    "MandateUse",
    "NoticeChoice",
    "Operator",
    "OperatorPrefix",
    "OwnerNews",
    "PairwiseSubject",
    "Passcode",
    "Person",
    "PhoneBinding",
    "PhoneException",
    "Recovery",
    "Registration",
    "SearchMemory",
    "Session",
    "SubscriberCheck",
    "Suspicion",
    "TempCredential",
]
