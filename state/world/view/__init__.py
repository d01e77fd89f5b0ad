"""Typed eyes on a situation: the account and everything that hangs on it, each value citable."""

from state.world.view.account import AccountView
from state.world.view.commerce import Deal, PaperStep, PlanRecord, Subscription
from state.world.view.entity import Entity
from state.world.view.people import Contact, Promise, Read, ReadingNode
from state.world.view.touch import Bounce, Form, Mail, Meeting, News, Note, Open, Touch
from state.world.view.usage import FeatureUse, Series, Ticket

__all__ = [
    "AccountView",
    "Bounce",
    "Contact",
    "Deal",
    "Entity",
    "FeatureUse",
    "Form",
    "Mail",
    "Meeting",
    "News",
    "Note",
    "Open",
    "PaperStep",
    "PlanRecord",
    "Promise",
    "Read",
    "ReadingNode",
    "Series",
    "Subscription",
    "Ticket",
    "Touch",
]
