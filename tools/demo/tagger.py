"""Trains a small BERT that names the class of every word, on the CPU, from random weights.

A word's vector is that of its last piece, as Winnow reads it unless told otherwise. One thread and fixed seeds: the same
machine gives the same bytes again; another processor may round differently.
"""

from collections.abc import Iterator

import numpy as np
import torch
from tokenizers import Tokenizer
from transformers import BertConfig, BertForTokenClassification

from made_sentences import Sentence
from train import LONGEST, Schedule, Shape, fit, to_batch

#: A label that no loss is taken of.
NONE = -100


def new_tagger(vocabulary: int, tags: list[str], shape: Shape, seed: int) -> BertForTokenClassification:
    """A tagger with random weights."""
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
        id2label=dict(enumerate(tags)),
        label2id={tag: number for number, tag in enumerate(tags)},
    )
    return BertForTokenClassification(config)


def encode(tokenizer: Tokenizer, rows: list[Sentence]) -> tuple[list[list[int]], list[list[int]]]:
    """Ids of all pieces of each sentence, and where the last piece of each of its words stands."""
    encoded = tokenizer.encode_batch([[word for word, _ in row] for row in rows], is_pretokenized=True)
    last = [{word: place for place, word in enumerate(one.word_ids) if word is not None} for one in encoded]
    return [one.ids for one in encoded], [[places[word] for word in range(len(places))] for places in last]


def train_tagger(
    model: BertForTokenClassification, tokenizer: Tokenizer, rows: list[Sentence], schedule: Schedule
) -> None:
    """Trains on the last piece of every word of all rows."""
    ids, places = encode(tokenizer, rows)
    numbers = model.config.label2id

    def epoch(rng: np.random.RandomState) -> Iterator[dict[str, torch.Tensor]]:
        order = rng.permutation(len(rows))
        for start in range(0, len(rows), schedule.batch):
            index = order[start : start + schedule.batch]
            batch = to_batch([ids[i] for i in index])
            labels = torch.full_like(batch["input_ids"], NONE)
            for line, i in enumerate(index):
                labels[line, places[i]] = torch.tensor([numbers[tag] for _, tag in rows[i]])
            yield {**batch, "labels": labels}

    fit(model, -(-len(rows) // schedule.batch), epoch, schedule)


@torch.no_grad()
def run_tagger(
    model: BertForTokenClassification, tokenizer: Tokenizer, rows: list[Sentence]
) -> tuple[np.ndarray, np.ndarray]:
    """Every word after every layer, [words, layers + 1, hidden], and the predicted classes [words]."""
    ids, places = encode(tokenizer, rows)
    words, classes = [], []
    for start in range(0, len(rows), 128):
        out = model(**to_batch(ids[start : start + 128]), output_hidden_states=True)
        states = torch.stack(out.hidden_states, dim=2)
        for line, at in enumerate(places[start : start + 128]):
            words.append(states[line, at].numpy())
            classes.append(out.logits[line, at].argmax(1).numpy())
    return np.concatenate(words), np.concatenate(classes)
