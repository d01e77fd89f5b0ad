"""The ordinary companies of the first cast: where they are, who looks after them and whom we know there."""

from tools.sample.relation import Company

NEW_YORK, CHICAGO, DENVER, PACIFIC = (
    "America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles",
)  # fmt: skip

COMPANIES: tuple[Company, ...] = tuple(
    Company(f"ordinary-{number}", *row)
    for number, row in enumerate(
        (
            ("Aldgate Water", "priya", "utilities", "Portland", 900, "US", PACIFIC),
            ("Barrow Telecom", "tom", "telecommunications", "Dallas", 2200, "US", CHICAGO),
            ("Belmont Facilities", "maya", "facilities", "Boston", 640, "US", NEW_YORK),
            ("Cedar Cable", "tom", "telecommunications", "Atlanta", 760, "US", NEW_YORK),
            ("Cliffside Resorts", "priya", "hospitality", "Denver", 380, "US", DENVER),
            ("Copperline Electric", "priya", "utilities", "Tucson", 1500, "US", "America/Phoenix"),
            ("Danbury Elevators", "maya", "elevators", "New Haven", 420, "US", NEW_YORK),
            ("Dorset Gas Works", "priya", "energy", "Bristol", 510, "GB", "Europe/London"),
            ("Eastport Ferries", "maya", "logistics", "Portland", 300, "US", NEW_YORK),
            ("Elmhurst Clinics", "tom", "healthcare", "Chicago", 830, "US", CHICAGO),
            ("Fairview Foods", "tom", "food", "Houston", 1100, "US", CHICAGO),
            ("Foxhall Security", "priya", "facilities", "Seattle", 470, "US", PACIFIC),
            ("Glenwood Schools", "priya", "education", "Sacramento", 690, "US", PACIFIC),
            ("Grünwald Aufzüge", "priya", "elevators", "München", 560, "DE", "Europe/Berlin"),
            ("Hampton Hotels Group", "tom", "hospitality", "Miami", 950, "US", NEW_YORK),
            ("Hillcrest HVAC", "tom", "hvac", "Columbus", 340, "US", NEW_YORK),
            ("Inverness Rail", "priya", "rail", "London", 1900, "GB", "Europe/London"),
            ("Jefferson Transit", "priya", "public sector", "Olympia", 620, "US", PACIFIC),
            ("Kestrel Air", "tom", "aviation", "Charlotte", 1300, "US", NEW_YORK),
            ("Kirkwood Rentals", "tom", "equipment rental", "Dayton", 220, "US", NEW_YORK),
            ("Lakewood Pools", "priya", "facilities", "San Diego", 180, "US", PACIFIC),
            ("Lombard Plumbing", "maya", "hvac", "Hartford", 150, "US", NEW_YORK),
            ("Marigold Energy", "priya", "energy", "Boulder", 800, "US", DENVER),
            ("Milford Tools", "tom", "manufacturing", "Toledo", 1250, "US", NEW_YORK),
            ("Newbury Networks", "maya", "telecommunications", "Albany", 1000, "US", NEW_YORK),
            ("Oakridge Mining", "priya", "mining", "Reno", 700, "US", PACIFIC),
            ("Ostend Harbour Works", "priya", "logistics", "Brussels", 410, "BE", "Europe/Brussels"),
            ("Palmer Pharmacies", "tom", "healthcare", "Tampa", 580, "US", NEW_YORK),
            ("Parkside Property", "priya", "real estate", "Oakland", 260, "US", PACIFIC),
            ("Quincy Municipal", "maya", "public sector", "Quincy", 720, "US", NEW_YORK),
            ("Ridgefield Solar", "priya", "energy", "Phoenix", 390, "US", "America/Phoenix"),
            ("Riverton Foods", "tom", "food", "Detroit", 890, "US", "America/Detroit"),
            ("Salem Elevators", "priya", "elevators", "Salem", 330, "US", PACIFIC),
            ("Sheffield Lifts", "priya", "elevators", "Sheffield", 450, "GB", "Europe/London"),
            ("Stanton Cleaning", "tom", "facilities", "Raleigh", 1400, "US", NEW_YORK),
            ("Tidewater Rentals", "tom", "equipment rental", "Norfolk", 280, "US", NEW_YORK),
            ("Upton Electric", "priya", "utilities", "Eugene", 540, "US", PACIFIC),
            ("Valmont Services", "priya", "facilities", "Lyon", 610, "FR", "Europe/Paris"),
            ("Warwick Insurance", "maya", "insurance", "Warwick", 770, "US", NEW_YORK),
            ("Yorktown Pumps", "tom", "manufacturing", "Richmond", 360, "US", NEW_YORK),
        )
    )
)

PEOPLE: tuple[tuple[str, str], ...] = (
    ("Abby Wells", "Ron Tiller"), ("Ben Crane", "Holly Nash"), ("Cora Finch", "Ted Barlow"),
    ("Dan Pruitt", "Eve Sloan"), ("Erin Walsh", "Carl Meeks"), ("Frank Bode", "Gail Dunn"),
    ("Gina Polk", "Matt Hurd"), ("Harriet Lowe", "Simon Page"), ("Ivy Calder", "Ross Teague"),
    ("Jack Lamb", "Nina Ford"), ("Kate Byrne", "Walter Gibbs"), ("Leo Banks", "Tara Munn"),
    ("Megan Ryle", "Doug Sayer"), ("Jürgen Weiß", "Käthe Brandl"), ("Nick Salter", "Pam Ogden"),
    ("Opal Reed", "Curt Hayes"), ("Fergus Boyd", "Isla Munro"), ("Quinn Abel", "Lorna Pitt"),
    ("Rick Sutton", "Dina Cross"), ("Sally Moon", "Greg Tubbs"), ("Tim Barker", "Julie Skene"),
    ("Una Farley", "Phil Craig"), ("Vince Carr", "Ada Bloom"), ("Wendy Lutz", "Earl Knapp"),
    ("Will Mercer", "Joan Tripp"), ("Yolanda Cruz", "Hal Benson"), ("Pieter Claes", "Lotte Maes"),
    ("Zoe Hart", "Clark Dean"), ("Alice Tory", "Bert Olin"), ("Barb Kelso", "Mike Shore"),
    ("Cal Rivers", "Jane Hobbs"), ("Dora Pell", "Stan Lyle"), ("Ed Farmer", "Rose Tully"),
    ("Flora Keane", "Nigel Horne"), ("Gus Decker", "Mary Flint"), ("Hope Lacey", "Jim Tarver"),
    ("Iris Noble", "Art Coombs"), ("Luc Girard", "Anne Perrin"), ("Kurt Vance", "Lola Beck"),
    ("Lou Grimes", "Peg Strand"),
)  # fmt: skip
"""Two people per company, in the same order."""
