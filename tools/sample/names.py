"""Invented names for the other casts of the sample company; no rule of the product reads them."""

FIRM_WORDS: tuple[str, ...] = tuple(
    "Amberley Anvil Arbor Argent Ashcombe Auburn Balsam Beacon Bellwood Blackthorn Bluebell Boulder Bramble Briar"
    " Cascade Castlegate Chestnut Clearwater Cloverfield Coral Crestline Cypress Dovetail Driftwood Dunmore Ember"
    " Everdale Fairmount Falcon Fernhill Flint Foxglove Garnet Glenmore Greenbank Hadley Hawthorn Hazelwood"
    " Heather Highgate Hollis Ironwood Ivory Jasper Keystone Kingsley Lantern Larkspur Laurel Lindale Lockwood"
    " Longview Mallard Maplewood Marlow Mayfield Millbrook Moorland Nettleton Nightingale Norwood Oldbury Orchard"
    " Osprey Pembroke Penrose Pepperell Pinecrest Plumfield Quillan Ravenswood Redfern Ridgeway Rockport Rosedale"
    " Saltmarsh Sandpiper Selwood Shoreham Southgate Starling Stonebridge Sycamore Talbot Tanglewood Thistle"
    " Timber Tolland Trelawney Upland Wetherby Whitmore Wildrose Winslow Woodcock Wyndham Yarborough".split()
)
"""First words of company names; none of them is in the first cast."""

FIRST_NAMES: tuple[str, ...] = tuple(
    "Adela Alan Amara Anton Astrid Beatriz Boris Bruno Camille Cedric Chiara Clive Dagmar Declan Delia Dominic"
    " Edith Elias Esme Fabian Farida Felix Fiona Gareth Gemma Giles Greta Hamid Hanne Hector Hugo Imogen Ines"
    " Isaac Ivan Jelena Joel Judith Kasper Keiko Kenji Lars Leonie Lionel Lucia Magnus Maren Marcel Milena Nadia"
    " Niall Nils Odette Olga Oscar Pablo Petra Quentin Rafael Renata Rhys Rosa Ruben Selma Silas Stefan Tamara"
    " Tariq Thea Tobias Ulrike Vera Viktor Wanda Xavier Yusuf Zelda Zoltan".split()
)

LAST_NAMES: tuple[str, ...] = tuple(
    "Abbott Acosta Ahmed Albrecht Andersen Archer Baird Barlow Bauer Bianchi Blackwood Bonnet Brandt Briggs"
    " Calloway Carver Castillo Chandler Conti Cooper Dahl Dalton Delgado Doyle Dubois Eklund Ellison Engel Farrow"
    " Fischer Fleming Fontaine Forsythe Garner Giordano Goodwin Granger Hale Hansen Harding Hoffmann Holloway"
    " Ibrahim Iversen Jansen Kaplan Keating Keller Kowalski Lachance Lindgren Lombard Maddox Marchetti Marsh"
    " Mendez Moreau Nakamura Navarro Nygaard Okafor Olsen Osborne Pacheco Pereira Pratt Quigley Ramsey Renner"
    " Rossi Salazar Sandoval Schreiber Sharma Sinclair Sorensen Tanaka Thorne Tremblay Ueda Vance Varga Vogel"
    " Wagner Weaver Whitlock Winter Yilmaz Zeller".split()
)

STORY_FIRMS: tuple[str, ...] = tuple(
    "acme brightwater calder delmar eastgate fjord granite harbor ironbridge juniper ashford bexley corwin lakeshore"
    " meridian northgate oakhaven pinnacle quarry redwood silverline thornbury union vantage westfield xenon yarrow"
    " zephyr alder birchwood cobalt".split()
)
"""Keys of the companies of S1 to S29; two accounts share `meridian`, two share `quarry`."""
