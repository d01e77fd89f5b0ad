"""Things that sellers and buyers ask each other for, by one name each, whatever words a text uses."""

from state.world.reading_rules.words import pattern

ITEMS = tuple(
    (item, pattern(rf"\b(?:{words})\b"))
    for item, words in (
        ("soc2_report", r"soc[\s-]?(?:2|ii)(?:\stype\s(?:2|ii|1|i))?"),
        (
            "security_faq",
            (
                r"security[\s-](?:faq|questionnaire|questions|documentation|overview|white\s?paper)"
                r"|sicherheitsfragebogen"
            ),
        ),
        ("dpa", r"dpa|data[\s-]processing[\s-](?:agreement|addendum)|avv|auftragsverarbeitungsvertrag"),
        (
            "reference",
            r"references?(?:\s(?:customers?|calls?))?|case[\s-]stud(?:y|ies)|referenz(?:en|kunden?)?",
        ),
        ("quote", r"quotes?|quotation|angebot"),
        ("pricing", r"pricing|price[\s-]?lists?|prices?|preise?|preisliste"),
        ("contract", r"contract|order[\s-]form|msa|redlines?|vertrag"),
        ("invoice", r"invoices?|rechnung(?:en)?"),
        (
            "meeting",
            (
                r"meeting|demo|(?:a|another|short|quick|phone|video)\scall|time\sto\s(?:talk|speak)|slots?"
                r"|termin|gespräch"
            ),
        ),
    )
)
SELLER_SIDE = frozenset({"soc2_report", "security_faq", "dpa", "reference", "quote", "pricing"})
"""What only the selling side can deliver: whoever is named, a promise of it is ours."""


def items_in(text: str) -> tuple[str, ...]:
    """Name the known things a text speaks of, in the order of the list."""
    return tuple(item for item, words in ITEMS if words.search(text))
