"""What a seller can mean: a closed union of small frozen types that travel through checkpoints as plain values."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter


class _Intent(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Prep(_Intent):
    """Prepare me for an account; an empty name is the account last spoken of, here and below."""

    kind: Literal["prep"] = "prep"
    account: str = ""


class Next(_Intent):
    """What should I do next, overall or at one account, within some minutes."""

    kind: Literal["next"] = "next"
    account: str = ""
    minutes: int | None = None


class WhyAtRisk(_Intent):
    """Why is it at risk."""

    kind: Literal["why_at_risk"] = "why_at_risk"
    account: str = ""


class Changed(_Intent):
    """What changed since a day; an empty `since` is the last meeting."""

    kind: Literal["changed"] = "changed"
    account: str = ""
    since: str = ""


class WhoMatters(_Intent):
    """Who matters there."""

    kind: Literal["who_matters"] = "who_matters"
    account: str = ""


class Unknowns(_Intent):
    """What is not known."""

    kind: Literal["unknowns"] = "unknowns"
    account: str = ""


class DraftFollowUp(_Intent):
    """Draft a follow-up; `to` names a person or, where `account` is empty, perhaps the account."""

    kind: Literal["draft"] = "draft"
    account: str = ""
    to: str = ""


class Again(_Intent):
    """The last question, for another account: "and Granite?"."""

    kind: Literal["again"] = "again"
    account: str


class Reword(_Intent):
    """Change the words of the last draft."""

    kind: Literal["reword"] = "reword"
    is_shorter: bool = False
    has_no_discount: bool = False


class Redirect(_Intent):
    """The last draft, to somebody else."""

    kind: Literal["redirect"] = "redirect"
    to: str


class Show(_Intent):
    """Show what an id names."""

    kind: Literal["show"] = "show"
    id: str


class Why(_Intent):
    """Why was this proposed or done."""

    kind: Literal["why"] = "why"
    id: str


class Approve(_Intent):
    """The exact command with an action's id; nothing else is ever read as a yes."""

    kind: Literal["approve"] = "approve"
    id: str


class Reject(_Intent):
    """No, and why."""

    kind: Literal["reject"] = "reject"
    id: str
    reason: str = ""


class Undo(_Intent):
    """Take the last approval of this conversation back, or a named one."""

    kind: Literal["undo"] = "undo"
    id: str = ""


class Correct(_Intent):
    """A fact is wrong: what is right about whom."""

    kind: Literal["correct"] = "correct"
    subject: str
    attribute: str
    value: str
    account: str = ""
    adds: bool | None = None
    """True: the value joins a list such as roles; False: it leaves it; None: it replaces."""


class Wrong(_Intent):
    """Something is wrong, but not what is right."""

    kind: Literal["wrong"] = "wrong"


class Answer(_Intent):
    """An option of the open question, by number or by words; of a named one where an id stands."""

    kind: Literal["answer"] = "answer"
    option: str
    id: str = ""


class Assent(_Intent):
    """Something that sounds like a yes; it decides nothing about an action."""

    kind: Literal["assent"] = "assent"


class Help(_Intent):
    """What can you do, and small courtesies."""

    kind: Literal["help"] = "help"


class Refused(_Intent):
    """Asked for what no seller gets from a chat."""

    kind: Literal["refused"] = "refused"
    why: Literal["bulk", "bypass"]


class OutOfScope(_Intent):
    """Not understood, or not ours to answer."""

    kind: Literal["out_of_scope"] = "out_of_scope"
    text: str = ""


Intent = Annotated[
    Prep | Next | WhyAtRisk | Changed | WhoMatters | Unknowns | DraftFollowUp | Again | Reword | Redirect | Show | Why
    | Approve | Reject | Undo | Correct | Wrong | Answer | Assent | Help | Refused | OutOfScope,
    Field(discriminator="kind"),
]  # fmt: skip
AboutAccount = Prep | Next | WhyAtRisk | Changed | WhoMatters | Unknowns | DraftFollowUp
"""Those that can be asked again for another account."""
Askable = AboutAccount | Correct
"""Those that may need to be told which account is meant."""
INTENT: TypeAdapter[Intent] = TypeAdapter(Intent)
