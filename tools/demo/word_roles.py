"""The demo of labelled words: invented sentences in which most words stand in two classes."""

from pathlib import Path

import numpy as np
from tokenizers import Tokenizer
from transformers import BertForTokenClassification

from made_sentences import TAGS, Sentence, make_sentences
from probe import print_layers
from tagger import new_tagger, run_tagger, train_tagger
from train import Schedule, Shape, save_tokenizer, train_tokenizer

TITLE = "Words with two roles"
NOTE = (
    "A small BERT names the class of every word of invented sentences, in which most words stand in two classes and only "
    "their neighbours tell which. Both the text and the model were made by a script of this project, without any outside "
    "data or weights."
)
ROLES = {"train.conll": "train", "dev.conll": "dev", "test.conll": "test"}
FILES = ("config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json", *ROLES)

SEED = 11
NOISE = 0.02
DEV_ROWS, TEST_ROWS, TRAIN_ROWS, TAUGHT_ROWS = 300, 300, 400, 8_000
VOCABULARY = 180
SHAPE = Shape(layers=4, hidden=48, heads=4, intermediate=128)
SCHEDULE = Schedule(epochs=5, batch=32, rate=2e-3, seed=1)


def write_conll(path: Path, rows: list[Sentence]) -> None:
    """A word and its class a line, an empty line behind each sentence."""
    text = "".join("".join(f"{word}\t{tag}\n" for word, tag in row) + "\n" for row in rows)
    path.write_text(text, encoding="utf-8", newline="\n")


def read_conll(path: Path) -> list[Sentence]:
    blocks = path.read_text(encoding="utf-8").strip().split("\n\n")
    return [[tuple(line.split("\t")) for line in block.splitlines()] for block in blocks]


def make(folder: Path) -> None:
    made = make_sentences(SEED, DEV_ROWS + TEST_ROWS + TAUGHT_ROWS, NOISE)
    dev, test, rows = made[:DEV_ROWS], made[DEV_ROWS : DEV_ROWS + TEST_ROWS], made[DEV_ROWS + TEST_ROWS :]
    for name, part in (("train", rows[:TRAIN_ROWS]), ("dev", dev), ("test", test)):
        write_conll(folder / f"{name}.conll", part)
    tokenizer = train_tokenizer([" ".join(word for word, _ in row) for row in rows], VOCABULARY)
    save_tokenizer(tokenizer, folder)
    model = new_tagger(tokenizer.get_vocab_size(), list(TAGS), SHAPE, SEED)
    print(f"{len(rows)} sentences", flush=True)
    train_tagger(model, tokenizer, rows, SCHEDULE)
    model.save_pretrained(folder)


def check(folder: Path) -> None:
    """Prints the model's own accuracy and the probes' score by layer."""
    model = BertForTokenClassification.from_pretrained(folder).eval()
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    train, test = read_conll(folder / "train.conll"), read_conll(folder / "test.conll")
    numbers = model.config.label2id
    train_labels, test_labels = (np.array([numbers[tag] for row in rows for _, tag in row]) for rows in (train, test))
    train_words, train_classes = run_tagger(model, tokenizer, train)
    test_words, test_classes = run_tagger(model, tokenizer, test)
    print(f"{model.num_parameters():,} parameters, {len(train_labels)} train words, {len(test_labels)} test words")
    print(f"majority on test.conll {np.bincount(test_labels).max() / len(test_labels):.4f}")
    shares = [(train_classes == train_labels).mean(), (test_classes == test_labels).mean()]
    print(f"model: train.conll {shares[0]:.4f}, test.conll {shares[1]:.4f}")
    print_layers(train_words, train_labels, test_words, test_labels, "test.conll")
