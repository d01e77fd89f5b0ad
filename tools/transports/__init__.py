"""The ways by which an approved effect leaves: a folder of files, a mail server with what it sent, a webhook."""

from tools.transports.approved import Approved
from tools.transports.folder import FolderTransport
from tools.transports.parcel import Looked, Parcel, Transport
from tools.transports.sent import SentFolder
from tools.transports.smtp import SmtpTransport
from tools.transports.webhook import WebhookTransport

__all__ = [
    "Approved",
    "FolderTransport",
    "Looked",
    "Parcel",
    "SentFolder",
    "SmtpTransport",
    "Transport",
    "WebhookTransport",
]
