"""Makes test/fixtures/data/labelling.json: what plain Python counts in the labelled sets of ../shared, for the reference tests.

    python tools/goldens/labelling.py

Per file and column: sentences, words, different labels, and the SHA-256 of "word TAB label LF" for every word with one
more LF after every sentence. Needs nothing but Python; writes numbers only, no word of the sets.
"""
import hashlib
import json
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT.parent / "shared/data/labeling"
OUT = ROOT / "test/fixtures/data/labelling.json"


def sentences(path, word, label, separator, numbered=False):
    current = []
    for line in path.read_text(encoding="utf-8").split("\n"):
        if not line.strip():
            if current:
                yield current
            current = []
            continue
        if separator == "\t" and line.startswith("#"):
            continue
        cells = line.split(separator)
        if numbered and not cells[0].isdigit():
            continue
        current.append((cells[word], cells[label]))
    if current:
        yield current


def count(found):
    found = list(found)
    text = "".join("".join(f"{word}\t{label}\n" for word, label in sentence) + "\n" for sentence in found)
    pairs = [pair for sentence in found for pair in sentence]
    labels = {label for _, label in pairs}
    digest = hashlib.sha256(text.encode()).hexdigest()
    return {"sentences": len(found), "words": len(pairs), "labels": len(labels), "sha256": digest}


def main():
    out = {}
    for part in ("dev", "test"):
        for name, column in (("UPOS", 3), ("XPOS", 4), ("DEPREL", 7)):
            path = DATA / f"ud-ewt/en_ewt-ud-{part}.conllu"
            out[f"ud-ewt/{path.name} {name}"] = count(sentences(path, 1, column, "\t", numbered=True))
    for name, column in (("POS", 1), ("chunk", 2)):
        out[f"conll2000/test.txt {name}"] = count(sentences(DATA / "conll2000/test.txt", 0, column, " "))
    for part in ("train", "dev", "test", "eval"):
        for name, column in (("sem", 3), ("cat", 4)):
            path = DATA / f"pmb-4.0.0/{part}.conll"
            out[f"pmb-4.0.0/{path.name} {name}"] = count(sentences(path, 0, column, "\t"))
    OUT.write_text(json.dumps(out, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
