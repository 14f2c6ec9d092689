"""Checks the folder of a smaller model against the run that it is of, with the libraries that open it.

    python tools/goldens/check_reduced_run.py RUN.json MODEL SMALLER ROWS [--limit N]

Expected logits are the run's probe (weights in RUN.json) on hidden states of the whole model (folder MODEL) that
transformers computes; rows are those of the file ROWS in the layout of the run's task (GLUE, or CoNLL-U, or tables of a
`text` and a `label`), cut into tokens by the tokenizer in the folder SMALLER. Then: model.onnx of SMALLER in ONNX
Runtime, rows padded together, gives these logits to 1e-4 and the same predictions but for ties; so does the class of
transformers where model.safetensors is there; the float16 and int8 files, if any, are only described. Where ROWS is
the run's test part, the accuracy (Pearson's correlation) is the one that is claimed. Of a choice of the user's own, whose
probe no run holds, the class is held against the graph. Needs torch, transformers, onnxruntime.
"""
import argparse
import base64
import csv
import json
import logging
from pathlib import Path

import numpy as np
import onnxruntime
import torch
import transformers
from transformers import (AutoModel, AutoModelForSequenceClassification, AutoModelForTokenClassification,
                          AutoTokenizer)

LIMIT = 1e-4
BATCH = 16
# Columns of GLUE's files: text, second text, label.
GLUE = {"sst-2": (0, None, 1), "cola": (3, None, 1), "mrpc": (3, 4, 0), "qqp": (3, 4, 5), "sts-b": (7, 8, 9),
        "mnli": (8, 9, -1), "qnli": (1, 2, -1), "rte": (1, 2, -1), "wnli": (1, 2, -1)}


def sentences(path, task):
    """(text, second text, label) of each row."""
    lines = path.read_text(encoding="utf-8").split("\n")
    if path.suffix == ".csv":
        return [(row["text"], None, row["label"]) for row in csv.DictReader(lines)]
    text, pair, label = GLUE[task]
    rows = [line.split("\t") for line in lines[0 if task == "cola" else 1:] if line]
    return [(row[text], None if pair is None else row[pair], row[label]) for row in rows]


def words(path):
    """(words, UPOS tags) of each sentence of a CoNLL-U file."""
    found = []
    for block in path.read_text(encoding="utf-8").strip().split("\n\n"):
        cells = [line.split("\t") for line in block.split("\n") if not line.startswith("#")]
        own = [row for row in cells if row[0].isdigit()]
        found.append(([row[1] for row in own], [row[3] for row in own]))
    return found


def floats(text):
    return np.frombuffer(base64.b64decode(text), "<f4").astype(np.float64)


def probe_of(run, record):
    """Neurons, weight [outputs, neurons] and bias of the answer that the record names."""
    entries = {f"{own['deltas']['layers']:g}:{own['deltas']['neurons']:g}:{own['threshold']:g}": own
               for own in run["selection"]}
    entries["max-features"] = run.get("maxFeatures")
    kept = entries[record["claim"]["answer"]]["minimalSet"]
    hidden = run["model"]["hidden"]
    neurons = np.array([own["layer"] * hidden + own["index"] for own in kept["neurons"]])
    bias = floats(kept["probe"]["bias"])
    assert sorted(neurons) == sorted(record["neurons"])
    return neurons, floats(kept["probe"]["weight"]).reshape(len(bias), -1), bias


class Rows:
    """Batches of token ids, and which places of their outputs count."""

    def __init__(self, path, record, tokenizer, limit):
        self.labelling = record["task"]["kind"] == "labelling"
        self.batches, self.labels = [], []
        rows = words(path) if self.labelling else sentences(path, record["task"]["name"])
        if limit is not None:
            rows = rows[:limit]
        if self.labelling:
            rows = [row for row in rows if len(tokenizer(row[0], is_split_into_words=True)["input_ids"])
                    <= record["maxLength"]]
        for start in range(0, len(rows), BATCH):
            self.add(rows[start:start + BATCH], record, tokenizer)

    def add(self, rows, record, tokenizer):
        fixed = {"padding": True, "return_tensors": "np", "return_attention_mask": True, "return_token_type_ids": True}
        if not self.labelling:
            texts, pairs, labels = zip(*rows)
            second = None if pairs[0] is None else list(pairs)
            fed = tokenizer(list(texts), second, truncation=True, **fixed)
            self.labels += labels
            self.batches.append((fed, None))
            return
        fed = tokenizer([row[0] for row in rows], is_split_into_words=True, **fixed)
        places = []
        for index, (_, labels) in enumerate(rows):
            by_word = {}
            for place, word in enumerate(fed.word_ids(index)):
                if word is not None and (record["aggregation"] != "first" or word not in by_word):
                    by_word[word] = place
            assert record["aggregation"] != "average", "means over subwords are not checked"
            places += [(index, by_word[word]) for word in range(len(labels))]
            self.labels += labels
        self.batches.append((fed, tuple(np.array(places).T)))


def taken(values, places, attention, pooling):
    """[rows, tokens, …] to one vector an output."""
    if places is not None:
        return values[places]
    if pooling == "first":
        return values[np.arange(len(values)), attention.argmax(1)]
    return values[np.arange(len(values)), attention.shape[1] - 1 - attention[:, ::-1].argmax(1)]


def expected_logits(model, rows, record, probe):
    neurons, weight, bias = probe
    hidden, logits = record["model"]["hidden"], []
    for fed, places in rows.batches:
        known = {name: torch.tensor(fed[name]) for name in ("input_ids", "attention_mask")}
        if record["model"]["architecture"] in ("bert", "electra", "albert", "xlnet"):
            known["token_type_ids"] = torch.tensor(fed["token_type_ids"])
        with torch.no_grad():
            states = model(**known, output_hidden_states=True).hidden_states
        values = np.stack([state.numpy() for state in states], 2)
        vectors = taken(values, places, fed["attention_mask"], record["pooling"])
        logits.append(vectors[:, neurons // hidden, neurons % hidden].astype(np.float64) @ weight.T + bias)
    return np.concatenate(logits)


def onnx_logits(path, rows):
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    names, logits = [own.name for own in session.get_inputs()], []
    for fed, places in rows.batches:
        found = session.run(["logits"], {name: fed[name].astype(np.int64) for name in names})[0]
        logits.append(found if places is None else found[places])
    return np.concatenate(logits)


def class_logits(folder, rows, record):
    auto = AutoModelForTokenClassification if rows.labelling else AutoModelForSequenceClassification
    model, report = auto.from_pretrained(folder, output_loading_info=True)
    assert not any(report.values()), report
    model.eval()
    logits = []
    for fed, places in rows.batches:
        known = {name: torch.tensor(fed[name]) for name in ("input_ids", "attention_mask")}
        if record["model"]["architecture"] in ("bert", "electra", "albert", "xlnet"):
            known["token_type_ids"] = torch.tensor(fed["token_type_ids"])
        with torch.no_grad():
            found = model(**known).logits.numpy()
        logits.append(found if places is None else found[places])
    return np.concatenate(logits)


def compared(found, expected):
    """Greatest difference, rows answered otherwise, and those of them that are no ties."""
    farthest = float(np.abs(found - expected).max())
    if expected.shape[1] == 1:
        return farthest, 0, 0
    other = np.flatnonzero(found.argmax(1) != expected.argmax(1))
    best = np.sort(expected[other], 1)
    return farthest, len(other), int((best[:, -1] - best[:, -2] > 2 * LIMIT).sum())


def score(logits, labels, record):
    names = record["task"]["labels"]
    if names is None:
        return float(np.corrcoef(logits[:, 0], np.array(labels, float))[0, 1])
    return float(np.mean([names[own] == label for own, label in zip(logits.argmax(1), labels)]))


def main():
    parser = argparse.ArgumentParser()
    for name in ("run", "model", "smaller", "rows"):
        parser.add_argument(name, type=Path)
    parser.add_argument("--limit", type=int, help="the first so many rows alone")
    asked = parser.parse_args()
    transformers.logging.set_verbosity_error()
    transformers.utils.logging.disable_progress_bar()
    logging.disable(logging.WARNING)
    run = json.loads(asked.run.read_text())
    record = json.loads((asked.smaller / "winnow.json").read_text())
    spaced = {"add_prefix_space": True} if record["task"]["kind"] == "labelling" else {}
    tokenizer = AutoTokenizer.from_pretrained(asked.smaller, **spaced)
    rows = Rows(asked.rows, record, tokenizer, asked.limit)
    model = AutoModel.from_pretrained(asked.model, dtype=torch.float32).eval()
    if record["claim"]["answer"] is None:
        # Layers or neurons of the user's own: the probe stands in the graph alone, and the class is held against that.
        expected = onnx_logits(asked.smaller / record["graphs"][0]["path"], rows)
    else:
        expected = expected_logits(model, rows, record, probe_of(run, record))
    name = f"{record['model']['name']}, {run['data']['task']}, answer {record['claim']['answer']}"
    print(f"{name}: {len(expected)} outputs, {record['layers']} of {record['model']['layers']} layers, "
          f"{len(record['neurons'])} neurons, logits up to {np.abs(expected).max():.1f}")
    for graph in record["graphs"]:
        farthest, others, untied = compared(onnx_logits(asked.smaller / graph["path"], rows), expected)
        print(f"  {graph['path']}: max |Δlogit| {farthest:.2e}, {others} answered otherwise")
        if graph["dtype"] == "float32":
            assert farthest <= LIMIT and untied == 0, (farthest, untied)
    if "className" in record["standard"]:
        farthest, others, untied = compared(class_logits(asked.smaller, rows, record), expected)
        print(f"  {record['standard']['className']}: max |Δlogit| {farthest:.2e}, {others} answered otherwise")
        assert farthest <= LIMIT and untied == 0, (farthest, untied)
    metric = "pearson" if record["task"]["labels"] is None else "accuracy"
    print(f"  {metric} {score(expected, rows.labels, record):.6f}; "
          f"claimed on the test part: {record['claim']['scores']['test'][metric]:.6f}")


if __name__ == "__main__":
    main()
