"""Pairs of records with the answer a person would give; every company, person and address is invented."""

from state.ids import AccountId
from state.world.resolution.matching import Company, Person


def firm(told: str) -> Company:
    """Read `name | domain | city | country | parent | crm id`; what is left out is not known."""
    name, *rest = (part.strip() or None for part in told.split("|"))
    domain, city, country, parent, mark = (*rest, *[None] * 5)[:5]
    marks = frozenset({("crm", mark)} if mark else set())
    account = AccountId(f"a-{name}-{city}")
    return Company(account, str(name), domain, city, country, parent, marks=marks)


def human(told: str) -> Person:
    """Read `name | address | account | crm id`; an address with a question mark is not verified."""
    name, *rest = (part.strip() for part in told.split("|"))
    address, account, mark = (*rest, "", "", "")[:3]
    marks = frozenset({("crm", mark)} if mark else set())
    is_verified = bool(address) and not address.endswith("?")
    return Person(
        AccountId(account or "alder"), told, name, address.rstrip("?") or None,
        is_verified=is_verified, marks=marks,
    )  # fmt: skip


ONE_COMPANY = (
    ("Quarry Stone Ltd | quarrystone.example", "Quarrystone Limited | quarrystone.example"),
    ("Alder Freight GmbH | alder.example | Kassel | DE", "Alder Freight | alder.example | Kassel | DE"),
    ("Stahlwerk Müller GmbH | mueller-stahl.example", "Stahlwerk Mueller GmbH | mueller-stahl.example"),
    ("Stahlwerk Müller GmbH | mueller-stahl.example", "Stahlwerk Muller | mueller-stahl.example"),
    ("Café Léon SARL | cafeleon.example", "Cafe Leon | cafeleon.example"),
    ("H.K.L. Water Inc. | hklwater.example", "HKL Water Incorporated | hklwater.example"),
    ("Borås Kabel AB | boraskabel.example", "Boras Kabel | boraskabel.example"),
    ("The Larch Company | larch.example", "Larch Co. | larch.example"),
    ("Brook & Sons Ltd | brooksons.example", "Brook and Sons Limited | brooksons.example"),
    ("Windmere Hotels plc | windmere.example | Ayton", "WINDMERE HOTELS PLC | windmere.example | Ayton"),
    ("Pinewood Labs | pinewood.example", "Pinewood Labs, Inc. | pinewood.example"),
    ("Oost-West Lijnen B.V. | oostwest.example", "Oost West Lijnen BV | oostwest.example"),
    ("Tern Optics | tern.example | | | | C-17", "Terrapin Lenses | terrapin.example | | | | C-17"),
    ("Quarry Stone Ltd | quarrystone.example", "Quarry Stones Ltd | quarrystone.example"),
    ("Harbourline Shipping | harbourline.example", "Harborline Shipping | harbourline.example"),
    ("Corvid Analytics Ltd | corvid.example | Leamouth", "Corvid Analytics | | Leamouth"),
    ("Fenwick Tools | fenwick.example | Ostrand", "Fenwick Tools | fenwicktools.example | Ostrand"),
    ("Greyfell Dairies SA | | Port Arden", "Greyfell Dairies | | Port Arden"),
    ("Ridgeway Parts | ridgeway.example | Tolby", "Ridgeway Parts | ridgeway.example | Marsh End"),
    ("Sable Print Corp | sable.example", "Sable Print Inc | sable.example"),
)
TWO_COMPANIES = (
    ("Acme Corp | acme.example", "Acme Medical | acme.example"),
    ("Acme Corp", "Acme Medical"),
    ("Acme Corp | acme.example | Dunmore", "Acme Medical Corp | acmemedical.example | Dunmore"),
    ("Meridian Health | meridian.example", "Meridian Freight | meridian.example"),
    ("Meridian Health | meridianhealth.example", "Meridian Freight | meridianfreight.example"),
    ("Quarry Stone Ltd | quarrystone.example | Leeds", "Quarrystone Limited | quarry-stone.example | Porto"),
    ("Vantage Energy | vantage.example", "Advantage Energy | vantage.example"),
    ("Northgate Timber | gate.example", "Southgate Timber | gate.example"),
    ("Halden Water GmbH | halden.example | | DE", "Halden Water Ltd | halden.example | | GB"),
    ("Halden Water | halden.example | | | Halden Holding", "Halden Holding | halden.example"),
    ("Orrin Group Logistics | orrin.example", "Orrin Group Insurance | orrin.example"),
    ("Orrin Group | orrin.example", "Orrin Group Insurance | orrin.example"),
    ("Depot 12 Storage | depot.example", "Depot 21 Storage | depot.example"),
    ("Clinic 1 | clinic.example", "Clinic 2 | clinic.example"),
    ("Elm Street Bakery | elm.example | Tolby", "Elm Street Brewery | elm.example | Tolby"),
    ("Alder Bank | alder.example", "Alter Bank | alter.example"),
    ("Larch & Elm | larchelm.example | Ayton", "Larch | larch.example | Ayton"),
    ("Sable Print | | Kassel", "Sable Paint | | Kassel"),
    ("Windmere Hotels | windmere.example | Ayton", "Windmere Hotels | windmere-hotels.example | Lissa"),
    ("Corvid Analytics", "Corvid Analytics"),
    ("Tern | tern.example", "Fern | tern.example"),
    ("East Bay Foods | bay.example", "West Bay Foods | bay.example"),
    ("Brook Ltd | brook.example", "Brooks Brothers Ltd | brooks.example"),
    ("Nova Chem AG | nova.example | Basle", "Nova Chem SA | novachem.example | Basle"),
    ("Pinewood Labs | pinewood.example | | US", "Pinewood Labs | pinewood.example | | CA"),
    ("Fjord Foods | fjord.example", "Fjord Feeds | fjord.example"),
    ("Atlas Air | atlas.example", "Atlas Air Conditioning | atlas.example"),
    ("Mira | mira.example", "Mira Institute | mira.example"),
)
ONE_PERSON = (
    ("Ed Moss | ed.moss@q.example", "Edward Moss | ed.moss@q.example"),
    ("Sarah Chen | | | P-1", "S. Chen-Wood | | birch | P-1"),
    ("Jörg Bäumler | jb@q.example", "Joerg Baeumler | jb@q.example"),
    ("Ann Lee | ann@old.example", "Ann Lee | ann@new.example"),
    ("Moss, Ed | ", "Ed Moss | ed.moss@q.example"),
    ("E. Moss | ", "Ed Moss | "),
    ("Dr. Ines Faber | ", "Ines Faber | "),
    ("José Núñez | ", "Jose Nunez | "),
    ("Katarzyna Nowicka | ", "Katarzina Nowicka | "),
    ("Jörg Bäumler | ", "Jorg Baumler | "),
)
TWO_PEOPLE = (
    ("Ed Moss | ed.moss@q.example", "Ed Moss | ed.moss@q.example? | birch"),
    ("Ed Moss | ", "Ed Moss | | birch"),
    ("Ed Moss Jr. | ", "Ed Moss Sr. | "),
    ("Ed Moss Jr. | ", "Ed Moss | "),
    ("Ann Lee | ann@q.example", "Anna Leeds | anna@q.example"),
    ("Maria Keller | ", "Mario Keller | "),
    ("Tom Hall | ", "Tim Hall | "),
    ("E. Moss | ", "Ed Most | "),
    ("A. Lee | ", "B. Lee | "),
    ("Support | support@q.example?", "Ed Moss | support@q.example? | birch"),
    ("Wei Zhang | wei.zhang@q.example", "Wei Zheng | wei.zheng@q.example"),
    ("Jan de Vries | ", "Jan Vries-Bakker | "),
)
"""Maria and Mario, Wei Zhang and Wei Zheng: a slip of the pen, or two people; no machine may say which."""
