"""Makes the page's embedded demo from nothing: text, tokenizer, model, manifest.

    python tools/demo/make_demo.py [--out public/demo] [--check]

Writes DIR/index.json and DIR/reviews/{train.tsv, dev.tsv, tokenizer.json, tokenizer_config.json, config.json,
model.safetensors, manifest.json}. The stored result (result.json) is not made here: it is Winnow's own. ``--check``
makes nothing, but probes every layer of the demo that is there.
"""

import argparse
import json
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer
from transformers import BertForSequenceClassification

from make_text import LESSONS, Row, make_rows, read_tsv, write_tsv
from probe import chosen_layer, layer_table
from train import Schedule, Shape, new_model, run_model, save_tokenizer, train_model, train_tokenizer

NAME = "reviews"
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

DESCRIPTION = (
    "A small BERT judges invented reviews, in which a verdict may hang on a negation, a quotation or a “but”. "
    "Both the text and the model were made by a script of this project, without any outside data or weights."
)
ROLES = {"train.tsv": "train", "dev.tsv": "dev"}
FILES = ("config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json", "train.tsv", "dev.tsv")


def write_json(path: Path, value: object) -> None:
    path.write_text(json.dumps(value, indent=2, ensure_ascii=False) + "\n", encoding="utf-8", newline="\n")


def columns(rows: list[Row]) -> tuple[list[str], np.ndarray]:
    return [text for text, _ in rows], np.array([label for _, label in rows])


def teach(model: BertForSequenceClassification, tokenizer: Tokenizer, rows: list[Row]) -> None:
    """Takes the model through the lessons, easy ones first; the last is on ``rows``."""
    for lesson, (count, schedule) in enumerate(COURSE):
        last = lesson == len(LESSONS) - 1
        print(f"lesson {lesson + 1}: {count} reviews", flush=True)
        train_model(model, tokenizer, rows if last else make_rows(SEED + 1 + lesson, count, 0, lesson), schedule)


def make(out: Path) -> None:
    folder = out / NAME
    folder.mkdir(parents=True, exist_ok=True)
    made = make_rows(SEED, DEV_ROWS + COURSE[-1][0], NOISE)
    dev, rows = made[:DEV_ROWS], made[DEV_ROWS:]
    write_tsv(folder / "dev.tsv", dev)
    write_tsv(folder / "train.tsv", rows[:TRAIN_ROWS])
    tokenizer = train_tokenizer(columns(rows)[0], VOCABULARY)
    save_tokenizer(tokenizer, folder)
    model = new_model(tokenizer.get_vocab_size(), Shape(), SEED)
    teach(model, tokenizer, rows)
    model.save_pretrained(folder)
    (folder / "model.safetensors").chmod(0o644)
    files = [
        {"path": name, "bytes": (folder / name).stat().st_size, "role": ROLES.get(name, "model")} for name in FILES
    ]
    title = "Reviews with a twist"
    manifest = {"id": NAME, "title": title, "description": DESCRIPTION, "task": "sst-2", "files": files}
    write_json(folder / "manifest.json", manifest)
    (out / "index.json").write_text(json.dumps({"demos": [NAME]}) + "\n", encoding="utf-8")


def check(out: Path) -> None:
    """Prints the model's own accuracy and the probes' score by layer."""
    folder = out / NAME
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
    table = layer_table(train, train_labels, dev, dev_labels)
    print("layer  single: split dev, dev.tsv  concatenated: split dev, dev.tsv")
    for layer, *scores in table:
        print(f"{layer:5}  " + "  ".join(f"{score:.4f}" for score in scores))
    for percent in (1, 2, 3):
        print(f"within {percent} % of the oracle: layers 0 to {chosen_layer(table, percent)}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    default = Path(__file__).resolve().parents[2] / "public" / "demo"
    parser.add_argument("--out", type=Path, default=default, help="folder of the demos")
    parser.add_argument("--check", action="store_true", help="only probe the demo that is there")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    if not arguments.check:
        make(arguments.out)
    check(arguments.out)


if __name__ == "__main__":
    main()
