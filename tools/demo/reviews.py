"""The demo of sentences: invented reviews, in which a verdict may hang on a negation, a quotation or a "but"."""

from pathlib import Path

import numpy as np
from tokenizers import Tokenizer
from transformers import BertForSequenceClassification

from make_text import LESSONS, Row, make_rows, read_tsv, write_tsv
from probe import print_layers
from train import Schedule, Shape, new_model, run_model, save_tokenizer, train_model, train_tokenizer

TITLE = "Reviews with a twist"
NOTE = (
    "A small BERT judges invented reviews, in which a verdict may hang on a negation, a quotation or a “but”. "
    "Both the text and the model were made by a script of this project, without any outside data or weights."
)
ROLES = {"train.tsv": "train", "dev.tsv": "dev"}
FILES = ("config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json", "train.tsv", "dev.tsv")

SEED = 7
NOISE = 0.03
DEV_ROWS, TRAIN_ROWS = 800, 5000
VOCABULARY = 500

#: Rows and phase per lesson. The last lesson's rows begin with those of train.tsv.
COURSE = (
    (5_000, Schedule(epochs=2, batch=64, rate=1e-3, seed=1)),
    (10_000, Schedule(epochs=3, batch=64, rate=1e-3, seed=2)),
    (30_000, Schedule(epochs=3, batch=64, rate=1e-3, seed=3)),
)


def columns(rows: list[Row]) -> tuple[list[str], np.ndarray]:
    return [text for text, _ in rows], np.array([label for _, label in rows])


def teach(model: BertForSequenceClassification, tokenizer: Tokenizer, rows: list[Row]) -> None:
    """Takes the model through the lessons, easy ones first; the last is on ``rows``."""
    for lesson, (count, schedule) in enumerate(COURSE):
        last = lesson == len(LESSONS) - 1
        print(f"lesson {lesson + 1}: {count} reviews", flush=True)
        train_model(model, tokenizer, rows if last else make_rows(SEED + 1 + lesson, count, 0, lesson), schedule)


def make(folder: Path) -> None:
    made = make_rows(SEED, DEV_ROWS + COURSE[-1][0], NOISE)
    dev, rows = made[:DEV_ROWS], made[DEV_ROWS:]
    write_tsv(folder / "dev.tsv", dev)
    write_tsv(folder / "train.tsv", rows[:TRAIN_ROWS])
    tokenizer = train_tokenizer(columns(rows)[0], VOCABULARY)
    save_tokenizer(tokenizer, folder)
    model = new_model(tokenizer.get_vocab_size(), Shape(), SEED)
    teach(model, tokenizer, rows)
    model.save_pretrained(folder)


def check(folder: Path) -> None:
    """Prints the model's own accuracy and the probes' score by layer."""
    model = BertForSequenceClassification.from_pretrained(folder).eval()
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    train_texts, train_labels = columns(read_tsv(folder / "train.tsv"))
    dev_texts, dev_labels = columns(read_tsv(folder / "dev.tsv"))
    train, train_classes = run_model(model, tokenizer, train_texts)
    dev, dev_classes = run_model(model, tokenizer, dev_texts)
    print(f"{model.num_parameters():,} parameters, {len(train_texts)} train rows, {len(dev_texts)} dev rows")
    print(f"majority on dev.tsv {max(dev_labels.mean(), 1 - dev_labels.mean()):.4f}")
    shares = [(train_classes == train_labels).mean(), (dev_classes == dev_labels).mean()]
    print(f"model: train.tsv {shares[0]:.4f}, dev.tsv {shares[1]:.4f}")
    print_layers(train, train_labels, dev, dev_labels, "dev.tsv")
