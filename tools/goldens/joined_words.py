"""Makes test/fixtures/activations/joined-words.json: words as NeuroX names them in its files, their subwords joined.

    python tools/goldens/joined_words.py

As NeuroX's extraction does, the subwords of "a <word>" without those of "a", joined without a space, are the word's name;
here for the tokenizers of bert-base-uncased and xlnet-base-cased in ../shared and two small ones of the fixtures.
Words: odd ones, and the first of the embedded demo's. Needs tokenizers.
"""
import json
from pathlib import Path

from tokenizers import Tokenizer

ROOT = Path(__file__).resolve().parents[2]
SHARED = ROOT.parent / "shared/data"
TOKENIZERS = {
    "bert-base-uncased": SHARED / "tokenizers/bert-base-uncased",
    "xlnet-base-cased": SHARED / "tokenizers/xlnet-base-cased",
    "word-piece-cased": ROOT / "test/fixtures/tokenizers/word-piece-cased",
    "byte-level": ROOT / "test/fixtures/tokenizers/byte-level",
}
ODD = ["naïve", "Gdańsk", "İstanbul", "ΟΔΟΣ", "``", "''", "10\u00a0000", "½", "ﬁne", "Ⅷ", "ｆｕｌｌ", "東京", "한국어", "🙂", "x\u00adx",
       "\u200b", "…", "“quoted”", "don't", "C++", "##", "▁", "Ġorġ", "~", "#hash", "e-mail@x.org", "A" * 120, "[UNK]", "Ångström"]


def joined(tokenizer, word):
    before = len(tokenizer.encode("a", add_special_tokens=False).ids)
    ids = tokenizer.encode(f"a {word}", add_special_tokens=False).ids[before:]
    return "".join(tokenizer.id_to_token(i) for i in ids)


def main():
    lines = (ROOT / "public/demo/reviews/train.tsv").read_text(encoding="utf-8").splitlines()[1:12]
    words = list(dict.fromkeys(ODD + [word for line in lines for word in line.split("\t")[0].split()]))
    made = {}
    for name, folder in TOKENIZERS.items():
        tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        tokenizer.no_truncation()
        made[name] = [[word, joined(tokenizer, word)] for word in words]
    text = json.dumps(made, ensure_ascii=False, indent=1)
    (ROOT / "test/fixtures/activations/joined-words.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
