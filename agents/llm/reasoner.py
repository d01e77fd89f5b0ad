"""The model reasoner: one call per deliberation, draft or answer, with the playbook behind it.

Invariant: whatever the model or its endpoint does, a valid answer comes back in time and says who spoke.
"""

from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeVar

from pydantic import BaseModel

from agents.llm.asking import Ask, Read, parsed
from agents.llm.checking import Vocabulary
from agents.llm.client import Answered, Failed, ModelClient
from agents.llm.egress import Endpoint
from agents.llm.prompts import Prompts, Task
from agents.llm.rebuilding import Rebuilding
from agents.llm.schema import ModelAnswer, ModelDraft, ModelReply
from agents.llm.shown import (
    Excerpts,
    deliberation_document,
    draft_document,
    everything,
    excerpts,
    known,
    reads_of,
    reply_document,
)
from agents.llm.writing import draft_read, reply_read
from agents.playbook import PlaybookReasoner
from state.canonical import Json, digest
from state.decision.brief import Statement
from state.decision.planning import Deliberated
from state.decision.proposal import Proposal
from state.evidence import Evidence
from state.ports.deciding import Deliberating, Draft
from state.ports.egress import WayOut
from state.settings import Settings

Result = TypeVar("Result")
Answer = TypeVar("Answer", bound=BaseModel)
REMEMBERED = 128
"""Drafts and failures kept for the run that they belong to."""


@dataclass
class ModelReasoner:
    """Implements `state.ports.deciding.Reasoner`; candidates, people and values are the playbook's."""

    client: ModelClient
    playbook: PlaybookReasoner
    prompts: Prompts
    _drafts: "OrderedDict[str, Answered[ModelDraft] | Failed]" = field(default_factory=OrderedDict)
    """By tenant and document: a draft and its send ask the same, and get the same words."""
    _silent: "OrderedDict[str, str]" = field(default_factory=OrderedDict)
    """Deliberations for which the model did not answer: their drafts do not wait for it again."""

    @classmethod
    def of(
        cls, settings: Settings, playbook: PlaybookReasoner, prompts: Prompts, way: WayOut
    ) -> "ModelReasoner":
        """Ask the endpoint that the settings name. Raises: InvalidInput when it is no web address."""
        endpoint = Endpoint(settings.model_url, settings.model_key, way)
        models = {
            "fast": settings.model_fast,
            "standard": settings.model_standard,
            "deep": settings.model_deep,
        }
        client = ModelClient(
            endpoint=endpoint,
            models={tier: models[tier] for tier in ("fast", "standard", "deep")},
            timeout_seconds=settings.model_timeout_seconds,
            limits=prompts.limits,
        )
        return cls(client, playbook, prompts)

    @property
    def hash(self) -> str:
        """Digest of prompts and playbook together."""
        return digest({"prompts": self.prompts.hash, "playbook": self.playbook.hash})

    @property
    def name(self) -> str:
        """Who speaks, when it answers."""
        return _named(self.client.models[self.prompts.limits.tiers["deliberate"]])

    async def deliberate(self, about: Deliberating) -> Deliberated:
        """Let the playbook find the candidates, and the model choose, order and word them in one call."""
        about = self._seen(about)
        base = await self.playbook.deliberate(about)
        shown = excerpts(about, everything(about, base), self.prompts.limits)
        reads = reads_of(about)
        words = Vocabulary(about, shown.redaction)

        def read(answer: ModelAnswer) -> Read[Deliberated]:
            compose = self.playbook.page
            page = Rebuilding(shown, base, reads, lambda found, asked: compose(about, found, asked), words)
            return page.read(answer, self.name)

        said = await self._ask(
            "deliberate", deliberation_document(shown, base, reads), ModelAnswer, read, shown
        )
        if isinstance(said, Failed):
            _remember(self._silent, _place(about), said.because)
            return base.model_copy(update={"fell_back_because": f"The model was asked, but {said.because}."})
        return said.value.model_copy(update={"reasoner": _named(said.model)})

    def candidates(self, about: Deliberating) -> tuple[Proposal, ...]:
        """Say what the model may choose from: the playbook's proposals."""
        return self.playbook.candidates(about)

    async def draft(self, proposal: Proposal, about: Deliberating) -> Draft:
        """Word the playbook's draft anew in one call; a draft and its send share it."""
        about = self._seen(about)
        base = await self.playbook.draft(proposal, about)
        if _place(about) in self._silent or not base.statements:
            return base
        rests = (*proposal.evidence, *(item for one in base.statements for item in one.evidence))
        shown = excerpts(about, rests, self.prompts.limits)
        words = Vocabulary(about, shown.redaction)
        document = draft_document(shown, proposal, base)

        def read(answer: ModelDraft) -> Read[ModelDraft]:
            found = draft_read(answer, proposal, base, shown, words, self.name)
            return Read(answer, found.objections, found.is_grave)

        key = f"{about.principal.tenant}/{digest(document)}"
        said = self._drafts.get(key)
        if said is None:
            said = await self._ask("draft", document, ModelDraft, read, shown)
            _remember(self._drafts, key, said)
        if isinstance(said, Failed):
            return base
        made = draft_read(said.value, proposal, base, shown, words, _named(said.model))
        return made.value if made.value is not None and made.is_usable else base

    async def reply(self, question: str, about: Deliberating) -> tuple[Statement, ...]:
        """Answer a seller's question in one call."""
        about = self._seen(about)
        base = await self.playbook.reply(question, about)
        rests: tuple[Evidence, ...] = (
            *(item for one in base for item in one.evidence),
            *(one.evidence for one in about.recollections),
            *known(about),
        )
        shown = excerpts(about, rests, self.prompts.limits)
        words = Vocabulary(about, shown.redaction)

        def read(answer: ModelReply) -> Read[tuple[Statement, ...]]:
            return reply_read(answer, base, shown, words)

        said = await self._ask("reply", reply_document(shown, question, base), ModelReply, read, shown)
        return base if isinstance(said, Failed) else said.value

    async def _ask(
        self,
        task: Task,
        document: Mapping[str, Json],
        schema: type[Answer],
        read: Callable[[Answer], Read[Result]],
        shown: Excerpts,
    ) -> Answered[Result] | Failed:
        def whole(text: str) -> Read[Result]:
            answer = parsed(text, schema, shown.redaction.restore)
            if isinstance(answer, Read):
                return Read(None, answer.objections, is_grave=True, raw=text)
            return replace(read(answer), raw=text)

        return await self.client.ask(
            Ask(
                tier=self.prompts.limits.tiers[task],
                prompt=self.prompts.texts[task],
                document=document,
                schema=schema,
                read=whole,
                hide=shown.redaction.hide,
                repair=self.prompts.texts["repair"],
            )
        )

    def _seen(self, about: Deliberating) -> Deliberating:
        """Look at the account with the tenant's own mail domains known, as the playbook does."""
        return replace(about, view=about.view.seen_from(about.profile.company.verified_domains))


def _named(model: str) -> str:
    return f"llm:{model}"


def _place(about: Deliberating) -> str:
    parts = (about.principal.tenant, str(about.view.identifier), about.view.situation.digest)
    return "/".join((*parts, about.now.isoformat(), about.intent, str(about.iteration)))


def _remember(kept: "OrderedDict[str, Result]", key: str, value: Result) -> None:
    kept[key] = value
    kept.move_to_end(key)
    if len(kept) > REMEMBERED:
        kept.popitem(last=False)
