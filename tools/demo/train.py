"""Trains the demo's WordPiece tokenizer and its small BERT classifier, on the CPU, from random weights.

Rows are ``(text, label)``. One thread and fixed seeds: the same machine gives the same bytes again; another processor
may round differently.
"""

import json
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors
from transformers import BertConfig, BertForSequenceClassification, PreTrainedModel

SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
LONGEST = 128


@dataclass(frozen=True)
class Shape:
    """Sizes of the encoder."""

    layers: int = 6
    hidden: int = 80
    heads: int = 4
    intermediate: int = 256
    spread: float = 0.08


@dataclass(frozen=True)
class Schedule:
    """One phase of training."""

    epochs: int
    batch: int
    rate: float
    seed: int


def learn_pieces(words: Counter[str], size: int) -> list[str]:
    """
    The word pieces of a corpus: letters, then the most frequent pair joined, again and again.

    Done here because the library's trainer settles ties in an order that changes from run to run.
    """
    spelt = {word: [word[0], *("##" + letter for letter in word[1:])] for word in words}
    pieces = sorted({piece for spelling in spelt.values() for piece in spelling})
    while len(pieces) < size:
        pairs: Counter[tuple[str, str]] = Counter()
        for word, spelling in spelt.items():
            for pair in zip(spelling, spelling[1:]):
                pairs[pair] += words[word]
        if not pairs:
            break
        best = min(pairs, key=lambda pair: (-pairs[pair], pair))
        joined = best[0] + best[1].removeprefix("##")
        pieces.append(joined)
        for spelling in spelt.values():
            for i in range(len(spelling) - 1, 0, -1):
                if (spelling[i - 1], spelling[i]) == best:
                    spelling[i - 1 : i + 1] = [joined]
    return pieces


def train_tokenizer(texts: list[str], size: int) -> Tokenizer:
    """A lower-casing WordPiece tokenizer of BERT's form with a vocabulary of ``size``."""
    normalizer, splitter = normalizers.BertNormalizer(lowercase=True), pre_tokenizers.BertPreTokenizer()
    words = Counter(word for text in texts for word, _ in splitter.pre_tokenize_str(normalizer.normalize_str(text)))
    vocabulary = [*SPECIAL, *learn_pieces(words, size - len(SPECIAL))]
    ids = {piece: number for number, piece in enumerate(vocabulary)}
    tokenizer = Tokenizer(models.WordPiece(vocab=ids, unk_token="[UNK]", max_input_chars_per_word=100))
    tokenizer.add_special_tokens(list(SPECIAL))
    tokenizer.normalizer, tokenizer.pre_tokenizer = normalizer, splitter
    tokenizer.decoder = decoders.WordPiece(prefix="##")
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]",
        pair="[CLS] $A [SEP] $B:1 [SEP]:1",
        special_tokens=[("[CLS]", ids["[CLS]"]), ("[SEP]", ids["[SEP]"])],
    )
    tokenizer.enable_truncation(LONGEST)
    return tokenizer


def save_tokenizer(tokenizer: Tokenizer, folder: Path) -> None:
    tokenizer.save(str(folder / "tokenizer.json"))
    names = ("pad_token", "unk_token", "cls_token", "sep_token", "mask_token")
    config = {
        "tokenizer_class": "BertTokenizer",
        "do_lower_case": True,
        "model_max_length": LONGEST,
        **dict(zip(names, SPECIAL)),
    }
    (folder / "tokenizer_config.json").write_text(json.dumps(config, indent=2) + "\n", encoding="utf-8")


def to_batch(encoded: list[list[int]], padding: int = 0) -> dict[str, torch.Tensor]:
    """Pads token ids on the right. → ids and mask, both int64 [rows, longest]."""
    width = max(map(len, encoded))
    ids = torch.tensor([row + [padding] * (width - len(row)) for row in encoded])
    mask = torch.tensor([[1] * len(row) + [0] * (width - len(row)) for row in encoded])
    return {"input_ids": ids, "attention_mask": mask}


def new_model(vocabulary: int, shape: Shape, seed: int) -> BertForSequenceClassification:
    """A classifier with two classes and random weights."""
    torch.manual_seed(seed)
    config = BertConfig(
        vocab_size=vocabulary,
        hidden_size=shape.hidden,
        num_hidden_layers=shape.layers,
        num_attention_heads=shape.heads,
        intermediate_size=shape.intermediate,
        max_position_embeddings=LONGEST,
        initializer_range=shape.spread,
        hidden_dropout_prob=0.0,
        attention_probs_dropout_prob=0.0,
        id2label={0: "negative", 1: "positive"},
        label2id={"negative": 0, "positive": 1},
    )
    return BertForSequenceClassification(config)


def fit(
    model: PreTrainedModel,
    batches: int,
    epoch: Callable[[np.random.RandomState], Iterable[dict[str, torch.Tensor]]],
    schedule: Schedule,
) -> None:
    """Trains with AdamW, warm-up and linear decay. ``epoch`` gives ``batches`` batches with labels, anew each time."""
    rng = np.random.RandomState(schedule.seed)
    steps = batches * schedule.epochs
    warm = steps // 10
    optimizer = torch.optim.AdamW(model.parameters(), lr=schedule.rate, weight_decay=0.01)
    decay = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min((step + 1) / warm, (steps - step) / (steps - warm))
    )
    model.train()
    begin = time.monotonic()
    for number in range(schedule.epochs):
        total = 0.0
        for batch in epoch(rng):
            loss = model(**batch).loss
            optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            decay.step()
            total += loss.item()
        print(f"  epoch {number + 1}: loss {total / batches:.4f}, {time.monotonic() - begin:.0f} s", flush=True)
    model.eval()


def train_model(
    model: PreTrainedModel, tokenizer: Tokenizer, rows: list[tuple[str, int]], schedule: Schedule, padding: int = 0
) -> None:
    """Trains a classifier of sentences on all rows."""
    encoded = [e.ids for e in tokenizer.encode_batch([text for text, _ in rows])]
    labels = torch.tensor([label for _, label in rows])
    lengths = np.array([len(ids) for ids in encoded])
    batches = -(-len(rows) // schedule.batch)

    def epoch(rng: np.random.RandomState) -> Iterator[dict[str, torch.Tensor]]:
        # Batches of like length, in random order.
        order = np.argsort(lengths + rng.rand(len(rows)) * 4, kind="stable")
        for number in rng.permutation(batches):
            index = order[number * schedule.batch : (number + 1) * schedule.batch]
            yield {**to_batch([encoded[i] for i in index], padding), "labels": labels[index]}

    fit(model, batches, epoch, schedule)


@torch.no_grad()
def run_model(
    model: BertForSequenceClassification, tokenizer: Tokenizer, texts: list[str]
) -> tuple[np.ndarray, np.ndarray]:
    """The classification token after every layer, [rows, layers + 1, hidden], and the predicted classes [rows]."""
    encoded = [e.ids for e in tokenizer.encode_batch(texts)]
    tokens, classes = [], []
    for start in range(0, len(encoded), 128):
        out = model(**to_batch(encoded[start : start + 128]), output_hidden_states=True)
        tokens.append(torch.stack([state[:, 0] for state in out.hidden_states], dim=1).numpy())
        classes.append(out.logits.argmax(1).numpy())
    return np.concatenate(tokens), np.concatenate(classes)
