"""The data model: one module a noun, everything importable from here.

Ids are UUIDv7, times are UTC, lengths of clips and films are whole frames at `compiler`'s 24 per second.
A class that derives from Owned or Kept belongs to one user, and `database.ownership` guards it.
"""

from echoes.catalogue.aspects import Aspect
from echoes.models.accounts.invitations import Invitation
from echoes.models.accounts.sign_in import (
    CeremonyKind,
    Passkey,
    PasskeyChallenge,
    RecoveryCode,
    SignInLink,
    SignInLinkKind,
)
from echoes.models.accounts.users import AuthSession, Role, User
from echoes.models.base import Kept, Owned, Row, UtcDateTime, new_code, new_id, new_token, now, stored
from echoes.models.clips import Clip, Take
from echoes.models.credits import Cart, CreditEntry, CreditPack, EntryKind
from echoes.models.jobs import UNFINISHED, JobEvent, JobStatus, WorkerLease
from echoes.models.mail import Mail, MailBlock, MailKind, MailOptOut, MailStatus
from echoes.models.music import MusicTrack
from echoes.models.operators import AuditEntry, BackupRun, ProviderCost, Setting
from echoes.models.payments import Order, OrderState, PaymentReturn, ReturnKind, WebhookEvent
from echoes.models.photos import Photo, Upload, UploadKind
from echoes.models.projects import BeatCuts, Project, ProjectEdit
from echoes.models.removals import Removal, RemovedFile
from echoes.models.sharing import ShareLink, ShareReply, ShareView
from echoes.models.videos import Video

__all__ = [
    "UNFINISHED",
    "Aspect",
    "AuditEntry",
    "AuthSession",
    "BackupRun",
    "BeatCuts",
    "Cart",
    "CeremonyKind",
    "Clip",
    "CreditEntry",
    "CreditPack",
    "EntryKind",
    "Invitation",
    "JobEvent",
    "JobStatus",
    "Kept",
    "Mail",
    "MailBlock",
    "MailKind",
    "MailOptOut",
    "MailStatus",
    "MusicTrack",
    "Order",
    "OrderState",
    "Owned",
    "Passkey",
    "PasskeyChallenge",
    "PaymentReturn",
    "Photo",
    "Project",
    "ProjectEdit",
    "ProviderCost",
    "RecoveryCode",
    "Removal",
    "RemovedFile",
    "ReturnKind",
    "Role",
    "Row",
    "Setting",
    "ShareLink",
    "ShareReply",
    "ShareView",
    "SignInLink",
    "SignInLinkKind",
    "Take",
    "Upload",
    "UploadKind",
    "User",
    "UtcDateTime",
    "Video",
    "WebhookEvent",
    "WorkerLease",
    "new_code",
    "new_id",
    "new_token",
    "now",
    "stored",
]
