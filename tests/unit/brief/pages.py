"""Compose briefs of told stories and of the sample company, and read them as a seller would."""

from agents.critic.review import names_of
from agents.playbook.brief import compose_brief
from state.decision.brief import Brief, Section, Statement
from state.decision.grounding import Grounding
from state.ports.deciding import Deliberating
from state.world.profile import Profile
from tests.build import PROFILE, Story
from tests.unit.playbook.desk import BOOK, decide, looked_at, proposals, question


def about(story: Story, profile: Profile = PROFILE) -> Deliberating:
    """Look at a told story."""
    return looked_at(story.view(profile), story.around(), profile, "prep")


def compose(deliberating: Deliberating) -> Brief:
    """Decide by the playbook and write the page."""
    said = decide(deliberating)
    return compose_brief(deliberating, proposals(said), question(said), words=BOOK.settings.purposes)


def page(story: Story, profile: Profile = PROFILE) -> Brief:
    """Write the page of a told story."""
    return compose(about(story, profile))


def section(brief: Brief, name: str) -> Section:
    """Find a section that must be there."""
    found = [one for one in brief.sections if one.id == name]
    assert len(found) == 1, f"{name}: {[one.id for one in brief.sections]}"
    return found[0]


def lines(brief: Brief, name: str) -> list[str]:
    """Read the sentences of a section."""
    return [statement.text for statement in section(brief, name).statements]


def text(brief: Brief, name: str) -> str:
    """Read a section as one text."""
    return "\n".join(lines(brief, name))


def only(brief: Brief, name: str) -> Statement:
    """Read the one sentence of a section."""
    found = section(brief, name).statements
    assert len(found) == 1, [one.text for one in found]
    return found[0]


def loose(brief: Brief, deliberating: Deliberating) -> dict[str, tuple[str, ...]]:
    """List every fact or contradiction with a value that nothing it cites holds."""
    law = Grounding(names_of(deliberating))
    claims = [one for one in brief.statements() if one.kind in ("fact", "contradiction")]
    return {one.text: missing for one in claims if (missing := law.missing(one))}
