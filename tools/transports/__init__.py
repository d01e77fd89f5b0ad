"""The ways by which an approved effect leaves: a folder of files and an SMTP server with the folder of what it sent."""

from tools.transports.approved import Approved
from tools.transports.folder import FolderTransport
from tools.transports.parcel import Looked, Parcel, Transport
from tools.transports.sent import SentFolder
from tools.transports.smtp import SmtpTransport

__all__ = ["Approved", "FolderTransport", "Looked", "Parcel", "SentFolder", "SmtpTransport", "Transport"]
