"""Makes test/fixtures/wild/tokenizer-settings.json: what AutoTokenizer makes of settings beside a tokenizer.json.

    python tools/goldens/tokenizer_settings.py

Each case: the tokenizer.json of a folder of test/fixtures/tokenizers, the model type, the files beside it, and the ids that
AutoTokenizer gives for a few texts. Needs transformers, sentencepiece, protobuf.
"""
import json
import tempfile
from pathlib import Path

from transformers import AutoTokenizer

FIXTURES = Path(__file__).resolve().parents[2] / "test/fixtures"
TEXTS = [
    "The Film of the LUNG was Abnormal",
    "café naïve résumé CAFÉ Zażółć gęślą jaźń",
    "我喜欢这部电影 很好",
    "[MASK] is [SEP] in text [UNK] <mask> </s>",
    "a <new> film <NEW> [SPECIAL] <ent>good movie",
    "hello  world",
    " a good film",
    "İstanbul Straße ﬁne Ⅷ ½",
]
NEW = {"content": "<new>", "lstrip": False, "normalized": True, "rstrip": False, "single_word": False, "special": False}
BERT = {"tokenizer_class": "BertTokenizer"}
ROBERTA = {"tokenizer_class": "RobertaTokenizer"}
OTHER = {"tokenizer_class": "PreTrainedTokenizerFast"}

LOWERED = {
    "normalizer": {"type": "Lowercase"},
    "pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": True, "trim_offsets": True, "use_regex": True},
}


CASES = [
    ("word-piece-words", "bert", {}),
    ("word-piece-words", "bert", {"tokenizer_config.json": BERT | {"do_lower_case": False}}),
    ("word-piece-words", "bert", {"tokenizer_config.json": BERT | {"strip_accents": False}}),
    ("word-piece-words", "bert", {"tokenizer_config.json": BERT | {"tokenize_chinese_chars": False}}),
    ("word-piece-words", "distilbert", {"tokenizer_config.json": {"tokenizer_class": "DistilBertTokenizer", "do_lower_case": False}}),
    ("word-piece-words", "electra", {"tokenizer_config.json": {"tokenizer_class": "ElectraTokenizer", "do_lower_case": False}}),
    ("word-piece-cased", "bert", {}),
    ("word-piece-cased", "bert", {"tokenizer_config.json": BERT}),
    ("word-piece-cased", "bert", {"tokenizer_config.json": {"tokenizer_class": "BertTokenizerFast", "do_lower_case": False}}),
    ("word-piece-cased", "bert", {"tokenizer_config.json": OTHER | {"do_lower_case": True}}),
    ("word-piece-cased", "bert", {"tokenizer_config.json": {"do_lower_case": False}}),
    ("word-piece-words", "bert", {"tokenizer_config.json": BERT, "added_tokens.json": {"<new>": 2000}}),
    ("word-piece-words", "bert", {"tokenizer_config.json": BERT | {"added_tokens_decoder": {"2000": NEW}}}),
    ("word-piece-words", "bert", {"tokenizer_config.json": BERT | {"additional_special_tokens": ["[SPECIAL]", "<ent>"]}}),
    ("word-piece-words", "bert", {"special_tokens_map.json": {"additional_special_tokens": ["<ent>"]}, "tokenizer_config.json": BERT}),
    ("word-piece-words", "bert", {"tokenizer_config.json": OTHER | {"added_tokens_decoder": {"2000": NEW}}}),
    ("word-piece-added", "bert", {"tokenizer_config.json": BERT}),
    ("word-piece-added", "bert", {"tokenizer_config.json": BERT | {"do_lower_case": False}}),
    ("byte-level", "roberta", {}),
    ("byte-level", "roberta", {"tokenizer_config.json": ROBERTA | {"add_prefix_space": True}}),
    ("byte-level", "roberta", {"tokenizer_config.json": OTHER | {"add_prefix_space": True}}),
    ("byte-level", "roberta", {"tokenizer_config.json": ROBERTA | {"added_tokens_decoder": {"900": NEW}}}),
    # Trained with rules of its own, saved as RobertaTokenizer (tokenizers #953).
    ("byte-level", "roberta", {"tokenizer_config.json": ROBERTA}, LOWERED),
    ("byte-level", "roberta", {"tokenizer_config.json": OTHER}, LOWERED),
    ("pieces-albert", "albert", {}),
    ("pieces-albert", "albert", {"tokenizer_config.json": {"tokenizer_class": "AlbertTokenizer", "do_lower_case": False}}),
    ("pieces-albert", "albert", {"tokenizer_config.json": {"tokenizer_class": "AlbertTokenizer", "keep_accents": True}}),
    ("pieces-xlnet", "xlnet", {"tokenizer_config.json": {"tokenizer_class": "XLNetTokenizer", "do_lower_case": True}}),
    ("pieces-xlnet", "xlnet", {"tokenizer_config.json": {"tokenizer_class": "XLNetTokenizer", "keep_accents": True}}),
    ("byte-level", "roberta", {"tokenizer_config.json": ROBERTA, "added_tokens.json": {"<new>": 900}}),
    ("word-piece-words", "bert", {"tokenizer_config.json": BERT | {"extra_special_tokens": {"entity_token": "<ent>"}}}),
]


def tokenizer_json(base):
    """Of a bare vocabulary, as transformers saves it; kept beside the golden."""
    own = FIXTURES / "tokenizers" / base / "tokenizer.json"
    if own.exists():
        return own
    kept = FIXTURES / "wild/tokenizers" / base / "tokenizer.json"
    kept.parent.mkdir(parents=True, exist_ok=True)
    AutoTokenizer.from_pretrained(own.parent).backend_tokenizer.save(str(kept))
    return kept


def main():
    cases = []
    for base, kind, files, *changes in CASES:
        changes = changes[0] if changes else {}
        with tempfile.TemporaryDirectory() as folder:
            text = json.loads(tokenizer_json(base).read_text(encoding="utf-8")) | changes
            (Path(folder) / "tokenizer.json").write_text(json.dumps(text), encoding="utf-8")
            files = {"config.json": {"model_type": kind}} | files
            for name, content in files.items():
                (Path(folder) / name).write_text(json.dumps(content))
            try:
                tokenizer = AutoTokenizer.from_pretrained(folder)
            except Exception as error:  # a case that transformers itself cannot open says nothing
                print(base, kind, files, "FAILS", repr(error)[:200])
                continue
            ids = [tokenizer(text)["input_ids"] for text in TEXTS]
        cases.append(dict(base=base, changes=changes, files=files, ids=ids))
    text = json.dumps(dict(texts=TEXTS, cases=cases), ensure_ascii=False)
    (FIXTURES / "wild/tokenizer-settings.json").write_text(text + "\n", encoding="utf-8")


main()
