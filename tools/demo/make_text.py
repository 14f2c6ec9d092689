"""Writes invented reviews with a verdict: a small language in which the verdict has to be worked out.

A clause says of one part of a thing that it is good or bad, plainly or through negation, a quotation, an expectation
that was met or not. Clauses are joined so that one of them counts: contrast ("but", "although"), degree ("slightly
… and absolutely …"), a last word ("Still, …"). A bag of words settles some two thirds of the rows. A share of the
labels is wrong on purpose, as in any annotated data set. Everything follows from the seed.
"""

import random
from pathlib import Path

from words import (
    ASIDES,
    BLAME,
    PEOPLE,
    PRAISE,
    STRONG,
    SUBJECTS,
    THING_ASIDES,
    THINGS,
    VISIT_ASIDES,
    WEAK,
    Part,
)

Row = tuple[str, int]

NEGATIONS = ("not", "not", "never", "hardly", "far from", "anything but")


def word(rng: random.Random, part: Part, good: bool) -> str:
    """A word that praises or blames the part, as often one of its own as a general one."""
    own = part.praise if good else part.blame
    return rng.choice(own if rng.random() < 0.5 else PRAISE if good else BLAME)


def plain(rng: random.Random, part: Part, good: bool, degree: str = "") -> str:
    be = "were" if part.plural else "was"
    return " ".join(f"the {part.noun} {be} {degree} {word(rng, part, good)}".split())


def negated(rng: random.Random, part: Part, good: bool) -> str:
    return plain(rng, part, not good, rng.choice(NEGATIONS))


def denied(rng: random.Random, part: Part, good: bool) -> str:
    """Negation from outside the clause, at times over another negation."""
    form = rng.randrange(3)
    if form == 0:
        return f"nobody could call the {part.noun} {word(rng, part, not good)}"
    inner = plain(rng, part, not good) if form == 1 else plain(rng, part, good, "not")
    return f"I would {rng.choice(('not', 'never'))} say that {inner}"


def quoted(rng: random.Random, part: Part, good: bool) -> str:
    """Somebody's opinion and whether that is shared."""
    person, pronoun = rng.choice(PEOPLE)
    agrees = rng.random() < 0.5
    said = good == agrees
    if rng.random() < 0.5:
        opinion = f"{person} called the {part.noun} {word(rng, part, said)}"
    else:
        clause = plain(rng, part, said) if rng.random() < 0.6 else plain(rng, part, not said, "not")
        opinion = f"{person} said that {clause}"
    return f"{opinion}, and {pronoun} was {'right' if agrees else 'wrong'}"


def expected(rng: random.Random, part: Part, good: bool) -> str:
    """An expectation and what came of it."""
    met = rng.random() < 0.5
    adjective = word(rng, part, good == met)
    they = "they were" if part.plural else "it was"
    if rng.random() < 0.5:
        return f"I had expected the {part.noun} to be {adjective}, and {they if met else they + ' not'}"
    return f"the {part.noun} used to be {adjective}, and that has {'not changed' if met else 'changed'}"


def clause(rng: random.Random, part: Part, good: bool) -> str:
    """One statement about one part, without its full stop."""
    forms = (plain, negated, denied, quoted, expected)
    return rng.choices(forms, weights=(54, 20, 9, 9, 8))[0](rng, part, good)


def agreeing(rng: random.Random, parts: list[Part], good: bool) -> str:
    first, second = (clause(rng, part, good) for part in parts[:2])
    return rng.choice((f"{first}, and {second}", f"{first}. {capital(second)}", f"{first}. Also, {second}"))


def weighed(rng: random.Random, parts: list[Part], good: bool) -> str:
    """Two plain opposite statements; the one with the stronger degree word decides."""
    heavy = plain(rng, parts[0], good, rng.choice(STRONG))
    light = plain(rng, parts[1], not good, rng.choice(WEAK))
    first, second = rng.sample((heavy, light), 2)
    return f"{first}, and {second}"


def contrasted(rng: random.Random, parts: list[Part], good: bool) -> str:
    """Two opposite statements, of which the conjunction lets one count."""
    counts, yields = clause(rng, parts[0], good), clause(rng, parts[1], not good)
    return rng.choice(
        (
            f"{yields}, but {counts}",
            f"{yields}, yet {counts}",
            f"{yields}. Still, {counts}",
            f"although {yields}, {counts}",
            f"{counts}, although {yields}",
            f"even if {yields}, {counts}",
            f"{counts}, even if {yields}",
            f"never mind that {yields}: {counts}",
        )
    )


def excepted(rng: random.Random, parts: list[Part], good: bool) -> str:
    """All but one."""
    part = parts[0]
    be = "were" if part.plural else "was"
    rest = rng.choice(PRAISE if good else BLAME)
    return f"apart from the {part.noun}, which {be} {word(rng, part, not good)}, everything was {rest}"


def concluded(rng: random.Random, parts: list[Part], good: bool) -> str:
    """A statement of either kind, then a last word that decides."""
    before = clause(rng, parts[0], rng.random() < 0.5)
    would = "would" if good else "would not"
    answer = rng.choice(("gladly", "at once", "any day") if good else ("hardly", "no", "not soon"))
    return rng.choice(
        (
            f"{before}. All in all, I {would} choose it again",
            f"{before}. Would I choose it again? {capital(answer)}",
            f"{before}. I {would} tell a friend to try it",
        )
    )


def capital(text: str) -> str:
    return text[0].upper() + text[1:]


def statement(rng: random.Random, parts: list[Part], good: bool) -> str:
    return clause(rng, parts[0], good)


def simple(rng: random.Random, parts: list[Part], good: bool) -> str:
    return plain(rng, parts[0], good)


#: How reviews of a lesson are put together, with weights. The files of the demo hold reviews of the last lesson.
LESSONS = (
    ((simple, 1),),
    ((statement, 1),),
    ((statement, 22), (agreeing, 18), (weighed, 8), (contrasted, 36), (excepted, 6), (concluded, 10)),
)


def review(rng: random.Random, good: bool, lesson: int) -> str:
    """One review with the given verdict."""
    subject = rng.choice(tuple(SUBJECTS))
    forms, weights = zip(*LESSONS[lesson])
    form = rng.choices(forms, weights)[0]
    text = capital(form(rng, rng.sample(SUBJECTS[subject], 2), good)) + "."
    if rng.random() < 0.35:
        aside = rng.choice(ASIDES + (THING_ASIDES if subject in THINGS else VISIT_ASIDES))
        text = rng.choice((f"{aside} {text}", f"{text} {aside}"))
    return text


def make_rows(seed: int, count: int, noise: float, lesson: int = -1, positive: float = 0.54) -> list[Row]:
    """
    ``count`` distinct reviews of a lesson with their labels, 1 for good.

    ``noise`` is the share of labels that are turned round, ``positive`` the share of good verdicts before that.
    """
    rng = random.Random(seed)
    rows: dict[str, int] = {}
    while len(rows) < count:
        good = rng.random() < positive
        wrong = rng.random() < noise
        rows.setdefault(review(rng, good, lesson), int(good != wrong))
    return list(rows.items())


def write_tsv(path: Path, rows: list[Row]) -> None:
    """Writes rows in the layout of GLUE's SST-2 files."""
    lines = ["sentence\tlabel", *(f"{text}\t{label}" for text, label in rows)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")


def read_tsv(path: Path) -> list[Row]:
    """Reads what ``write_tsv`` wrote."""
    lines = path.read_text(encoding="utf-8").splitlines()[1:]
    return [(text, int(label)) for text, label in (line.split("\t") for line in lines)]
