"""Makes test/fixtures/probes/early-stopping.json: refined probes that PyTorch trains until the dev loss stops falling.

    python tools/goldens/early_stopping.py

Activations, labels and parts are those of probes.py, standardised on train. The weights of a probe start at 0 and its bias
at what is best without neurons; it sees the rows of each epoch in the order that numpy shuffles them into, and stops after
three epochs without a better one or after the last epoch; the scores are those of the best one. An epoch is better whose
dev loss is under (1 - threshold) times the best one's, as ReduceLROnPlateau has it in its relative mode. Needs torch,
scikit-learn, scipy, safetensors, numpy.
"""
import json

import numpy as np
import torch
from probes import BATCH, DEV, HIDDEN, LAMBDA, LAYERS, OUT, RATE, ROWS, SEED, TRAIN, activations, labels, rate, standardise

PATIENCE = 3
THRESHOLD = 0.003


def order(epoch):
    seed = (SEED * 0x9E3779B1 + (epoch + 1) * 0x85EBCA6B) % 2**32
    rows = np.arange(TRAIN)
    np.random.RandomState(seed).shuffle(rows)
    return rows


def best_bias(y, outputs):
    if outputs == 1:
        return y.mean(dtype=np.float64, keepdims=True).astype(np.float32)
    counts = np.bincount(y, minlength=outputs) + 1.0
    return np.log(counts / counts.sum()).astype(np.float32)


def train(x, y, outputs, epochs):
    probe = torch.nn.Linear(x.shape[1], outputs)
    torch.nn.init.zeros_(probe.weight)
    with torch.no_grad():
        probe.bias.copy_(torch.from_numpy(best_bias(y[:TRAIN], outputs)))
    optimiser = torch.optim.Adam(probe.parameters(), lr=RATE)
    criterion = torch.nn.CrossEntropyLoss() if outputs > 1 else torch.nn.MSELoss()
    inputs, gold = torch.from_numpy(x), torch.from_numpy(y if outputs == 1 else y.astype(np.int64))
    answer = lambda rows: probe(inputs[rows]) if outputs > 1 else probe(inputs[rows]).squeeze(1)
    found = dict(train=[], dev=[], best=0)
    scores = None
    for epoch in range(epochs):
        losses = []
        for rows in torch.from_numpy(order(epoch)).split(BATCH):
            optimiser.zero_grad()
            loss = criterion(answer(rows), gold[rows]) + LAMBDA * probe.weight.abs().sum() + LAMBDA * probe.weight.pow(2).sum()
            loss.backward()
            optimiser.step()
            losses.append(loss.item())
        with torch.no_grad():
            dev = criterion(answer(slice(TRAIN, DEV)).double(), gold[TRAIN:DEV].double() if outputs == 1 else gold[TRAIN:DEV]).item()
            found["train"].append(float(np.mean(losses)))
            found["dev"].append(dev)
            if epoch == 0 or dev < (1 - THRESHOLD) * found["dev"][found["best"] - 1]:
                found["best"], scores = epoch + 1, probe(inputs).numpy()
        if epoch + 1 - found["best"] >= PATIENCE:
            break
    return found, scores


def main():
    x = activations()
    z, constant = standardise(x)
    gold = labels(x)
    ranges = [(layer, layer) for layer in range(LAYERS)] + [(0, k) for k in range(1, LAYERS)]
    cases = {}
    for name, target, outputs, epochs in (("three", "three", 3, 60), ("three-limited", "three", 3, 6), ("score", "score", 1, 60)):
        probes = cases[name] = []
        for first, last in ranges:
            found, scores = train(np.ascontiguousarray(z[:, first * HIDDEN : (last + 1) * HIDDEN]), gold[target], outputs, epochs)
            # the constant layer alone predicts one value: it has no correlation
            known = outputs > 1 or last > 0
            probes.append(dict(**found, scores=rate(scores, gold[target], outputs) if known else None))
        print(name, [p["best"] for p in probes], [len(p["dev"]) for p in probes])
    facts = dict(patience=PATIENCE, epochs={"three": 60, "three-limited": 6, "score": 60}, cases=cases)
    (OUT / "early-stopping.json").write_text(json.dumps(facts, indent=1) + "\n")


if __name__ == "__main__":
    main()
