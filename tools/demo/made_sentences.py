"""Writes invented sentences with a class of each word (universal part-of-speech tags): a small grammar of English.

Most of its words stand in two classes: "watch" and "plants" name things and say what is done, "open" and "dry" describe
and say what is done, "painted" is done or describes, "before" and "since" open a phrase or a clause, "that" points or
opens a clause, "to" leads to a place or to a verb, "have" owns or helps. So a word alone does not settle its class; its
neighbours do, at times only those behind it. A share of the labels is wrong on purpose, as in any annotated data set.
Everything follows from the seed.
"""

import random

Sentence = list[tuple[str, str]]

#: Things, and what is done: each as "cook", "cooks"; the past is what the verb adds.
BOTH = (
    ("watch", "watches", "watched"),
    ("plant", "plants", "planted"),
    ("paint", "paints", "painted"),
    ("cook", "cooks", "cooked"),
    ("guide", "guides", "guided"),
    ("guard", "guards", "guarded"),
    ("judge", "judges", "judged"),
    ("test", "tests", "tested"),
    ("mark", "marks", "marked"),
    ("stamp", "stamps", "stamped"),
    ("load", "loads", "loaded"),
    ("stack", "stacks", "stacked"),
    ("trade", "trades", "traded"),
    ("copy", "copies", "copied"),
    ("file", "files", "filed"),
    ("pack", "packs", "packed"),
)
THINGS = (
    ("boat", "boats"),
    ("garden", "gardens"),
    ("letter", "letters"),
    ("baker", "bakers"),
    ("sailor", "sailors"),
    ("teacher", "teachers"),
    ("window", "windows"),
    ("kitchen", "kitchens"),
    ("basket", "baskets"),
    ("tailor", "tailors"),
)
DEEDS = (
    ("carry", "carries", "carried"),
    ("sell", "sells", "sold"),
    ("buy", "buys", "bought"),
    ("find", "finds", "found"),
    ("admire", "admires", "admired"),
)
#: Describe a thing, and say what is done to it.
STATES = (
    ("open", "opens", "opened"),
    ("clean", "cleans", "cleaned"),
    ("dry", "dries", "dried"),
    ("empty", "empties", "emptied"),
    ("warm", "warms", "warmed"),
)
QUALITIES = ("old", "small", "blue", "heavy", "careful", "quiet", "fast", "early", "late", "hard")
MANNERS = ("slowly", "often", "again", "fast", "early", "late", "hard")
PEOPLE = (("he", False), ("she", False), ("they", True), ("we", True), ("somebody", False), ("others", True))
PLACES = ("near", "behind", "with", "from", "to", "before", "after", "since")
TIMES = ("before", "after", "since")
SAYINGS = (("know", "knows", "knew"), ("say", "says", "said"), ("hope", "hopes", "hoped"))
HELPERS = ("will", "can", "must", "may")


def chance(rng: random.Random, share: float) -> bool:
    return rng.random() < share


def thing(rng: random.Random, plural: bool) -> str:
    return rng.choice(BOTH if chance(rng, 0.65) else THINGS)[int(plural)]


def deed(rng: random.Random) -> tuple[str, str, str]:
    return rng.choice(rng.choices((BOTH, DEEDS, STATES), weights=(60, 20, 20))[0])


def quality(rng: random.Random) -> str:
    """A word that describes: one that only does, one that is a verb elsewhere, or a past form."""
    kind = rng.choices(("plain", "state", "done"), weights=(40, 35, 25))[0]
    if kind == "plain":
        return rng.choice(QUALITIES)
    return rng.choice(STATES)[0] if kind == "state" else rng.choice(BOTH)[2]


def noun_phrase(rng: random.Random, plural: bool) -> Sentence:
    """A thing or several, with a word that points in front of it unless there are several."""
    pointers = ("the", "these", "some") if plural else ("the", "that", "a", "every")
    phrase: Sentence = [] if plural and chance(rng, 0.4) else [(rng.choice(pointers), "DET")]
    for _ in range(rng.choices((0, 1, 2), weights=(50, 38, 12))[0]):
        phrase.append((quality(rng), "ADJ"))
    return [*phrase, (thing(rng, plural), "NOUN")]


def subject(rng: random.Random, nested: bool = False) -> tuple[Sentence, bool]:
    """Who does it, and whether that is more than one."""
    if chance(rng, 0.3):
        person, plural = rng.choice(PEOPLE)
        return [(person, "PRON")], plural
    plural = chance(rng, 0.5)
    phrase = noun_phrase(rng, plural)
    if not nested and chance(rng, 0.15):
        phrase = [*phrase, *place(rng)]
    return phrase, plural


def place(rng: random.Random) -> Sentence:
    return [(rng.choice(PLACES), "ADP"), *noun_phrase(rng, chance(rng, 0.5))]


def verb(rng: random.Random, forms: tuple[str, str, str], plural: bool) -> Sentence:
    """What is done: now, in the past, or with a helper in front."""
    base, third, past = forms
    kind = rng.choices(("now", "past", "helped", "had"), weights=(46, 22, 14, 18))[0]
    if kind == "now":
        return [(base if plural else third, "VERB")]
    if kind == "past":
        return [(past, "VERB")]
    if kind == "helped":
        return [(rng.choice(HELPERS), "AUX"), (base, "VERB")]
    return [("have" if plural else "has", "AUX"), (past, "VERB")]


def predicate(rng: random.Random, plural: bool) -> Sentence:
    """What the subject does, has or wants."""
    kind = rng.choices(("do", "own", "want", "rest"), weights=(58, 14, 14, 14))[0]
    if kind == "own":
        return [("have" if plural else "has", "VERB"), *noun_phrase(rng, chance(rng, 0.7))]
    if kind == "rest":
        words: Sentence = [*verb(rng, deed(rng), plural), (rng.choice(MANNERS), "ADV")]
        return [*words, *place(rng)] if chance(rng, 0.5) else words
    start: Sentence = verb(rng, deed(rng), plural)
    if kind == "want":
        start = [("want" if plural else "wants", "VERB"), ("to", "PART"), (deed(rng)[0], "VERB")]
    words = [*start, *noun_phrase(rng, chance(rng, 0.55))]
    if chance(rng, 0.3):
        words = [*words, *place(rng)]
    return [*words, (rng.choice(MANNERS), "ADV")] if chance(rng, 0.2) else words


def clause(rng: random.Random, nested: bool = False) -> Sentence:
    who, plural = subject(rng, nested)
    return [*who, *predicate(rng, plural)]


def reported(rng: random.Random) -> Sentence:
    """What somebody knows, says or hopes."""
    who, plural = subject(rng, nested=True)
    return [*who, *verb(rng, rng.choice(SAYINGS), plural), ("that", "SCONJ"), *clause(rng, nested=True)]


def sentence(rng: random.Random) -> Sentence:
    """One sentence with the class of every word."""
    kind = rng.choices(("one", "timed", "reported"), weights=(56, 24, 20))[0]
    if kind == "one":
        words = clause(rng)
    elif kind == "timed":
        words = [*clause(rng, nested=True), (rng.choice(TIMES), "SCONJ"), *clause(rng, nested=True)]
    else:
        words = reported(rng)
    first, tag = words[0]
    return [(first[0].upper() + first[1:], tag), *words[1:]]


#: Every class that occurs.
TAGS = ("ADJ", "ADP", "ADV", "AUX", "DET", "NOUN", "PART", "PRON", "SCONJ", "VERB")


def mistaken(rng: random.Random, words: Sentence, noise: float) -> Sentence:
    """The sentence as somebody labels it who takes every ``1 / noise``-th word for another class."""
    others = {tag: [other for other in TAGS if other != tag] for tag in TAGS}
    return [(word, rng.choice(others[tag]) if chance(rng, noise) else tag) for word, tag in words]


def make_sentences(seed: int, count: int, noise: float, longest: int = 16) -> list[Sentence]:
    """``count`` distinct sentences of at most ``longest`` words; ``noise`` is the share of labels that are wrong."""
    rng = random.Random(seed)
    made: dict[str, Sentence] = {}
    while len(made) < count:
        words = sentence(rng)
        if len(words) <= longest:
            made.setdefault(" ".join(word for word, _ in words), mistaken(rng, words, noise))
    return list(made.values())
