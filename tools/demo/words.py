"""Word lists of the demo's invented reviews, written for Winnow.

A place or thing that is reviewed has parts; a part is a noun phrase with its number, words that praise it and words
that blame it. Some words praise one part and blame another (cold, long, quiet, heavy), so that a word alone does not
settle the verdict. No name, brand or real place occurs.
"""

from dataclasses import dataclass

PRAISE = (
    "good great lovely pleasant excellent delightful charming wonderful splendid superb enjoyable impressive "
    "admirable satisfying brilliant marvellous agreeable outstanding"
).split()
BLAME = (
    "bad poor awful dreadful dull disappointing unpleasant tiresome terrible miserable mediocre forgettable "
    "annoying dismal horrible shabby unbearable wretched"
).split()


@dataclass(frozen=True)
class Part:
    """One reviewed part: its noun, whether that is a plural, and the words that fit only this kind of thing."""

    noun: str
    plural: bool
    praise: tuple[str, ...]
    blame: tuple[str, ...]


def _part(line: str) -> Part:
    """Reads ``noun / words of praise / words of blame``; a noun with ``*`` is a plural."""
    noun, praise, blame = (field.strip() for field in line.split("/"))
    return Part(noun.rstrip("*"), noun.endswith("*"), tuple(praise.split()), tuple(blame.split()))


def _parts(text: str) -> tuple[Part, ...]:
    return tuple(_part(line) for line in text.strip().splitlines())


#: What is reviewed → its parts.
SUBJECTS: dict[str, tuple[Part, ...]] = {
    "café": _parts(
        """
        soup / hot fresh rich tasty / cold bland salty stale
        lemonade / cold fresh cool / warm flat sour
        bread / crusty fresh soft / hard stale dry
        cakes* / light moist sweet / heavy dry stale
        waiters* / polite quick cheerful / rude slow careless
        tables* / clean wide steady / sticky narrow wobbly
        bill / low fair modest / high unfair steep
        music / soft gentle lively / loud harsh shrill
        """
    ),
    "inn": _parts(
        """
        bed / soft clean wide / hard lumpy narrow
        room / quiet bright spacious / noisy dark cramped
        walls* / thick solid / thin damp
        shower / hot strong steady / cold weak leaky
        breakfast / fresh generous hot / stale meagre cold
        porter / polite helpful cheerful / rude clumsy sullen
        garden / quiet green sunny / bare muddy dark
        price / low fair modest / high unfair steep
        """
    ),
    "bicycle": _parts(
        """
        frame / light sturdy stiff / heavy flimsy bent
        brakes* / strong quick reliable / weak slow squeaky
        saddle / soft comfortable / hard slippery
        bell / loud clear bright / quiet faint dull
        tyres* / wide tough / narrow thin
        lamp / bright steady / dim weak
        gears* / smooth silent precise / rough noisy sticky
        lock / solid heavy tough / flimsy light rusty
        """
    ),
    "novel": _parts(
        """
        plot / clever gripping original / thin confusing slow
        ending / clever moving surprising / predictable abrupt silly
        heroine / brave clever likeable / silly wooden lifeless
        dialogue / sharp witty natural / wooden stiff clumsy
        chapters* / short lively / long lifeless repetitive
        jokes* / witty fresh sharp / stale silly flat
        cover / bright elegant / ugly faded
        """
    ),
    "play": _parts(
        """
        actors* / lively moving natural / wooden lifeless stiff
        story / gripping original moving / predictable confusing thin
        costumes* / elegant bright / ugly faded
        songs* / lively gentle moving / shrill long repetitive
        seats* / soft wide comfortable / hard narrow creaky
        interval / long calm / short hectic
        tickets* / cheap / overpriced
        lighting / bright clever / dim harsh
        """
    ),
    "ferry": _parts(
        """
        crew / calm polite helpful / rude sullen careless
        crossing / short smooth calm / long rough hectic
        queue / short orderly calm / long hectic slow
        deck / clean wide sunny / dirty narrow slippery
        cabins* / quiet warm clean / noisy cold cramped
        tea / hot strong / cold weak
        view / clear open / foggy
        """
    ),
    "kettle": _parts(
        """
        handle / cool firm comfortable / hot loose slippery
        lid / tight firm / loose stiff
        spout / wide neat / narrow leaky
        whistle / loud clear / faint shrill
        switch / sturdy precise / flimsy loose
        cord / long thick / short thin
        manual / short clear / long confusing
        """
    ),
    "museum": _parts(
        """
        paintings* / bright original moving / faded ugly
        guides* / helpful patient witty / rude bored sullen
        halls* / bright cool spacious / dark stuffy cramped
        labels* / clear short / long confusing
        map / clear precise / confusing faded
        shop / cheap / overpriced cramped
        tour / lively original / slow repetitive
        benches* / soft wide / hard narrow
        """
    ),
}

#: Degree words by weight: in an unmarked pair ("A and B") the heavier side decides.
WEAK = ("slightly", "somewhat", "mildly", "fairly", "faintly")
STRONG = ("extremely", "absolutely", "truly", "remarkably", "thoroughly", "incredibly")

#: People who are quoted, with their pronoun.
PEOPLE = (
    ("my sister", "she"),
    ("my brother", "he"),
    ("my aunt", "she"),
    ("my uncle", "he"),
    ("our neighbour", "she"),
    ("my cousin", "he"),
    ("my teacher", "she"),
    ("the guidebook", "it"),
    ("the leaflet", "it"),
    ("the man at the door", "he"),
)

#: Sentences that say nothing about the verdict: for anything, for a place one visits, for a thing one owns.
ASIDES = (
    "I had read about it in the paper.",
    "I am writing this on the way home.",
    "My cousin had picked it for his birthday.",
    "We found it by chance.",
    "A friend had told us where to look.",
    "This was in the first week of autumn.",
    "It was raining that day.",
    "My aunt paid for it.",
)
VISIT_ASIDES = (
    "We came on a rainy Tuesday.",
    "It was my second time there.",
    "The bus stops right in front of it.",
    "We had about an hour to spare.",
    "There were five of us.",
    "We brought the children along.",
    "I had walked past it many times.",
    "We stayed until six.",
    "Someone had parked a van outside.",
    "I went with two people from work.",
)
THING_ASIDES = (
    "I have had it for two months.",
    "It came in a brown box.",
    "My sister has the same one.",
    "I bought it in March.",
    "It replaces one from ten years ago.",
    "I keep it next to the window.",
    "We share it among three people.",
    "It was the last one in the shop.",
)
THINGS = ("bicycle", "novel", "kettle")
