"""The tables of the accounts room. Nobody above it writes them directly."""

from motcua.accounts.models.adjustments import Adjustment
from motcua.accounts.models.agreements import Agreement
from motcua.accounts.models.applications import AssistApplication, TempCredential
from motcua.accounts.models.class_lists import ClassList, ClassRow, ClassTally
from motcua.accounts.models.closures import Closure
from motcua.accounts.models.emails import EmailBinding, EmailProof, NoticeChoice
from motcua.accounts.models.factors import (
    Authenticator,
    FactorReset,
    Passkey,
    RecoveryCode,
    SecondStep,
    SignIn,
)
from motcua.accounts.models.flows import Recovery, Registration, RestingReset
from motcua.accounts.models.guardianships import HELD, Guardianship, WaitsForOwner
from motcua.accounts.models.mandates import Mandate, MandateRequest, MandateUse
from motcua.accounts.models.merges import Merge
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
from motcua.accounts.models.providers import Provider, ProviderChange, ProviderPeriod, VneidLink
from motcua.accounts.models.receipt_keys import ReceiptKey
from motcua.accounts.models.searches import ListExport
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
    "HELD",
    "Account",
    "Adjustment",
    "Agreement",
    "AssistApplication",
    "Authenticator",
    "ClassList",
    "ClassRow",
    "ClassTally",
    "Closure",
    "DecoyNumber",
    "Disavowal",
    "EmailBinding",
    "EmailProof",
    "FactorReset",
    "Guardianship",
    "IdentityDocument",
    "KnownDevice",
    "ListExport",
    "LookUp",
    "Mandate",
    "MandateRequest",
    "MandateUse",
    "Merge",
    "NoticeChoice",
    "Operator",
    "OperatorPrefix",
    "OwnerNews",
    "PairwiseSubject",
    "Passcode",
    "Passkey",
    "Person",
    "PhoneBinding",
    "PhoneException",
    "Provider",
    "ProviderChange",
    "ProviderPeriod",
    "ReceiptKey",
    "Recovery",
    "RecoveryCode",
    "Registration",
    "RestingReset",
    "SecondStep",
    "Session",
    "SignIn",
    "SubscriberCheck",
    "Suspicion",
    "TempCredential",
    "VneidLink",
    "WaitsForOwner",
]
