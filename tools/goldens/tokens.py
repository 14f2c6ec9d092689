"""Makes test/fixtures/tokenizers: small tokenizers of every kind that Winnow reads, and what Hugging Face answers.

    python tools/goldens/tokens.py

Vocabularies are learnt from the demo's sentences. A folder a tokenizer, as a model folder holds it: `tokenizer.json` read
by the Rust library, or bare vocabularies with config.json read by transformers. golden.json: the texts (odd ones drawn by
seed from characters as old as Unicode 3.2, and emoji); per folder the ids of the first texts, a hash of the ids of every
text, pairs cut at a length, words one by one (byte-level ones as if a space preceded them), and the padding of transformers.
Needs tokenizers, transformers, sentencepiece.
"""
import json
import random
import shutil
import tempfile
import unicodedata
from pathlib import Path

import sentencepiece
from tokenizers import AddedToken, Regex, Tokenizer, models, normalizers as N, pre_tokenizers as P, processors, trainers
from transformers import AutoTokenizer

ROOT = Path(__file__).resolve().parents[2]
OUT = ROOT / "test/fixtures/tokenizers"
LENGTH = 16
SHOWN = 60
CL100K = (r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+"
          r"|\s+(?!\S)|\s+")


def sentences():
    lines = (ROOT / "public/demo/reviews/train.tsv").read_text(encoding="utf-8").split("\n")[1:-1]
    return [line.split("\t")[0] for line in lines]


def odd_texts(plain):
    rng = random.Random(20)
    old = unicodedata.ucd_3_2_0
    settled = [c for c in range(1, 0x30000) if not 0xD800 <= c < 0xE000 and old.category(chr(c)) not in ("Cn", "Co")
               and old.category(chr(c)) == unicodedata.category(chr(c))
               and old.normalize("NFKD", chr(c)) == unicodedata.normalize("NFKD", chr(c))]
    emoji = [*range(0x1F300, 0x1F650), 0x200D, 0xFE0F, 0x2764, *range(0x1F1E6, 0x1F200)]
    within = lambda low, high: [c for c in settled if low <= c < high]
    groups = [within(1, 0x80), within(0x80, 0x250), within(0x300, 0x370), within(0x370, 0x600), within(0x600, 0x1200),
              within(0x1E00, 0x2000), within(0x2000, 0x2C00), within(0x3000, 0x3400), within(0x4E00, 0x5000),
              within(0xAC00, 0xAD00), within(0xF900, 0xFB07), within(0xFF00, 0xFFF0), within(0x1D400, 0x1D7FF), emoji,
              settled, [ord(c) for c in " \u00a0\u2581\t\n\r\u3000\u200b\ufeff\u0085\u2028"],
              [ord(c) for c in "'strevmlld``\"\",.-0123 "], [0x1100, 0x1161, 0x11A8, 0x0301, 0x0327, 0x212B, 0x00BD]]
    specials = ["[CLS]", "[SEP]", "[MASK]", "<s>", "</s>", "<mask>", "<cls>", "<pad>", "<both>", "<Word>", "New York"]
    draw = lambda: "".join(chr(rng.choice(rng.choice(pick))) for pick in [rng.sample(groups, 2)] for _ in range(rng.randint(1, 12)))
    yield from ["", " ", "a", "x" * 150 + " y", "  two  spaces ", "\u0130stanbul \ufb01ne \u00bd \u212b \u03a3\u03a3", "it 's a `` fine '' day, 1,234,5"]
    yield from plain[:200:10]
    for _ in range(1500):
        yield draw()
    for word in rng.choices(plain, k=300):
        place = rng.randint(0, len(word))
        yield word[:place] + draw() + word[place:place + 12]
    for _ in range(200):
        yield draw() + rng.choice([" ", "", "\u3000 ", "e"]) + rng.choice(specials) + rng.choice([" ", "", "\t ", "e"]) + draw()


def word_piece(text, special, **normalizer):
    tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    tokenizer.normalizer = N.BertNormalizer(**normalizer)
    tokenizer.pre_tokenizer = P.BertPreTokenizer()
    tokenizer.train_from_iterator(text, trainers.WordPieceTrainer(vocab_size=400, special_tokens=special, show_progress=False))
    return tokenizer


def byte_level(text, pre):
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre
    special = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"]
    tokenizer.train_from_iterator(text, trainers.BpeTrainer(vocab_size=500, special_tokens=special, show_progress=False,
                                                            initial_alphabet=P.ByteLevel.alphabet()))
    tokenizer.post_processor = processors.RobertaProcessing(("</s>", 2), ("<s>", 0))
    return tokenizer


def unigram(text, normalizer, pre, template):
    tokenizer = Tokenizer(models.Unigram())
    tokenizer.normalizer, tokenizer.pre_tokenizer = normalizer, pre
    special = ["<unk>", "<s>", "</s>", "<pad>"]
    tokenizer.train_from_iterator(text, trainers.UnigramTrainer(vocab_size=400, special_tokens=special, unk_token="<unk>", show_progress=False))
    tokenizer.post_processor = processors.TemplateProcessing(**template, special_tokens=[("<s>", 1), ("</s>", 2)])
    return tokenizer


def rust_tokenizers(text):
    bert = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    template = dict(single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B:1 [SEP]:1", special_tokens=[("[CLS]", 2), ("[SEP]", 3)])
    cased = word_piece(text, bert, lowercase=False, strip_accents=True, handle_chinese_chars=False)
    cased.post_processor = processors.BertProcessing(("[SEP]", 3), ("[CLS]", 2))
    yield "word-piece-cased", cased
    lower = word_piece(text, bert, lowercase=True)
    lower.post_processor = processors.TemplateProcessing(**template)
    lower.add_tokens([AddedToken("New York", normalized=True), AddedToken("<Word>", single_word=True, normalized=True)])
    yield "word-piece-added", lower
    words = word_piece(text, bert, lowercase=True)
    words.normalizer = N.Sequence([N.NFC(), N.Lowercase(), N.Replace("''", '"')])
    words.pre_tokenizer = P.Sequence([P.Whitespace(), P.Digits(individual_digits=True)])
    words.post_processor = processors.TemplateProcessing(**template)
    yield "word-piece-words", words
    plain = byte_level(text, P.ByteLevel(add_prefix_space=False))
    plain.add_special_tokens([AddedToken("<mask>", lstrip=True), AddedToken("<both>", lstrip=True, rstrip=True)])
    plain.add_tokens([AddedToken("<Word>", single_word=True, normalized=False)])
    yield "byte-level", plain
    modern = byte_level(text, P.Sequence([P.Split(Regex(CL100K), "isolated"), P.ByteLevel(add_prefix_space=False, use_regex=False)]))
    modern.normalizer = N.NFC()
    yield "byte-level-split", modern
    fallback = Tokenizer(models.BPE(unk_token="<unk>", fuse_unk=True, byte_fallback=True))
    fallback.normalizer = N.Sequence([N.Prepend("\u2581"), N.Replace(" ", "\u2581")])
    special = ["<unk>", "<s>", "</s>"] + [f"<0x{byte:02X}>" for byte in range(256)]
    fallback.train_from_iterator(text, trainers.BpeTrainer(vocab_size=500, special_tokens=special, show_progress=False))
    fallback.post_processor = processors.TemplateProcessing(single="<s> $A", pair="<s> $A <s>:1 $B:1", special_tokens=[("<s>", 1)])
    yield "bpe-fallback", fallback
    suffixed = Tokenizer(models.BPE(unk_token="<unk>", end_of_word_suffix="</w>", fuse_unk=False))
    suffixed.normalizer, suffixed.pre_tokenizer = N.BertNormalizer(lowercase=True), P.BertPreTokenizer()
    suffixed.train_from_iterator(text, trainers.BpeTrainer(vocab_size=400, special_tokens=["<unk>"], show_progress=False, end_of_word_suffix="</w>"))
    yield "bpe-suffix", suffixed
    yield "unigram", unigram(text, N.Sequence([N.NFKC(), N.Strip(), N.Replace(Regex(" {2,}"), " ")]),
                             P.Metaspace(prepend_scheme="first"), dict(single="<s> $A </s>", pair="<s> $A </s> </s> $B </s>"))
    yield "unigram-whole", unigram(text, N.Sequence([N.NFD(), N.StripAccents()]), P.Metaspace(prepend_scheme="always", split=False),
                                   dict(single="$A </s>", pair="$A </s> $B </s>"))
    yield "unigram-punctuation", unigram(text, N.NFKC(), P.Sequence([P.Punctuation("merged_with_previous"), P.Metaspace(prepend_scheme="never")]),
                                         dict(single="<s> $A </s>", pair="<s> $A $B </s>"))


def sentence_piece(folder, name, text, model_type, **options):
    with tempfile.TemporaryDirectory() as scratch:
        (Path(scratch) / "text").write_text("\n".join(text), encoding="utf-8")
        sentencepiece.SentencePieceTrainer.train(input=f"{scratch}/text", model_prefix=f"{scratch}/m", vocab_size=400, minloglevel=2,
                                                 hard_vocab_limit=False, character_coverage=0.999, **options)
        write(folder, model_type)
        shutil.copy(f"{scratch}/m.model", folder / name)


def write(folder, model_type, **files):
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "config.json").write_text(json.dumps({"model_type": model_type}))
    for name, value in files.items():
        (folder / name.replace("__", ".")).write_text(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False), encoding="utf-8")


def bare_vocabularies(text):
    """Folders that transformers opens; only xlm-roberta has SentencePiece's own, large normalisation."""
    lower = word_piece(text, ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"], lowercase=True)
    lines = lambda vocabulary: "".join(f"{token}\n" for token in vocabulary)
    vocabulary = sorted(lower.get_vocab(), key=lower.get_vocab().get)
    write(OUT / "vocab-bert", "bert", vocab__txt=lines(vocabulary))
    write(OUT / "vocab-bert-settings", "electra", vocab__txt=lines(vocabulary),
          tokenizer_config__json={"do_lower_case": False, "strip_accents": True, "tokenize_chinese_chars": False})
    mpnet = ["<s>", "<pad>", "</s>", "[UNK]", *vocabulary[5:], "<mask>"]
    write(OUT / "vocab-mpnet", "mpnet", vocab__txt=lines(mpnet))
    model = json.loads(byte_level(text, P.ByteLevel(add_prefix_space=False)).to_str())["model"]
    merges = "#version: 0.2\n" + "".join(f"{a} {b}\n" for a, b in model["merges"])
    write(OUT / "merges-roberta", "roberta", vocab__json=model["vocab"], merges__txt=merges)
    write(OUT / "merges-spaced", "roberta", vocab__json=model["vocab"], merges__txt=merges, tokenizer_config__json={"add_prefix_space": True})
    with tempfile.NamedTemporaryFile("w", suffix=".tsv") as rules:
        rules.write("A\t61\nFF21\t61\n65 301\t65\nA0\t20\n1F600\t3A 29\nDF\t73 73\n".replace("A\t61\n", "41\t61\n"))
        rules.flush()
        few = dict(normalization_rule_tsv=rules.name)
        sentence_piece(OUT / "pieces-xlnet", "spiece.model", text, "xlnet", control_symbols="<cls>,<sep>,<pad>,<mask>,<eod>", user_defined_symbols="<eop>", **few)
        sentence_piece(OUT / "pieces-albert", "spiece.model", text, "albert", pad_id=0, unk_id=1, bos_id=-1, eos_id=-1, control_symbols="[CLS],[SEP],[MASK]", **few)
        sentence_piece(OUT / "pieces-camembert", "sentencepiece.bpe.model", text, "camembert", **few)
    sentence_piece(OUT / "pieces-xlm-roberta", "sentencepiece.bpe.model", text, "xlm-roberta", normalization_rule_name="nmt_nfkc")
    return sorted(path.name for path in OUT.iterdir() if (path / "config.json").exists())


def digest(ids):
    value = 7
    for number in ids:
        value = (value * 31 + number + 1) % 2147483647
    return value


def golden(tokenizer, texts, pairs, sentences_of_words):
    plain = [encoding.ids for encoding in tokenizer.encode_batch(texts)]
    tokenizer.enable_truncation(LENGTH, strategy="longest_first")
    cut = [tokenizer.encode(a) if b is None else tokenizer.encode(a, b) for a, b in pairs]
    tokenizer.no_truncation()
    spaced = json.loads(tokenizer.to_str())
    pre = spaced["pre_tokenizer"]
    if pre and pre["type"] == "ByteLevel":
        pre["add_prefix_space"] = True
    alone = Tokenizer.from_str(json.dumps(spaced))
    space = " " if pre and pre["type"] == "Sequence" and pre["pretokenizers"][-1]["type"] == "ByteLevel" else ""
    before = lambda word: "" if word == "<mask>" else space
    words = [[alone.encode(before(word) + word, add_special_tokens=False).ids for word in words] for words in sentences_of_words]
    return dict(ids=plain[:SHOWN], hashes=[digest(ids) for ids in plain], pairs=[dict(ids=e.ids, types=e.type_ids) for e in cut], words=words)


def main():
    shutil.rmtree(OUT, ignore_errors=True)
    OUT.mkdir(parents=True)
    text = sentences()
    texts = list(odd_texts(text))
    rng = random.Random(5)
    pairs = [(rng.choice(texts), rng.choice([None, rng.choice(texts)])) for _ in range(40)]
    words = [rng.choices([word for line in text[:300] for word in line.split()] + ["caf\u00e9", "\u4e2d\u6587", "<mask>", "don't", "\u200b"], k=rng.randint(1, 8)) for _ in range(20)]
    result = dict(length=LENGTH, texts=texts, pairs=pairs, sentences=words, tokenizers={})
    for name, tokenizer in rust_tokenizers(text):
        (OUT / name).mkdir()
        tokenizer.save(str(OUT / name / "tokenizer.json"), pretty=False)
        result["tokenizers"][name] = golden(tokenizer, texts, pairs, words)
    for name in bare_vocabularies(text):
        opened = AutoTokenizer.from_pretrained(OUT / name)
        result["tokenizers"][name] = golden(opened._tokenizer, texts, pairs, words)
        result["tokenizers"][name]["padding"] = dict(side=opened.padding_side, id=opened.pad_token_id)
    (OUT / "golden.json").write_text(json.dumps(result, ensure_ascii=True, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
