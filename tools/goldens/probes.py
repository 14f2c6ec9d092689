"""Makes test/fixtures/probes: what PyTorch, SciPy and numpy answer on small random activations.

    python tools/goldens/probes.py

300 rows of 4 layers with 16 neurons; layer 0 is one vector in every row, as the classification token's embedding is, and
neuron 5 of layer 2 is constant. Rows 0-199 are train, 200-249 dev, 250-299 test. Needs torch, scikit-learn, scipy,
safetensors, numpy.
"""
import json
from pathlib import Path

import numpy as np
import torch
from safetensors.numpy import save_file
from scipy.stats import pearsonr, spearmanr
from sklearn.metrics import accuracy_score, f1_score, matthews_corrcoef

ROWS, LAYERS, HIDDEN, TRAIN, DEV = 300, 4, 16, 200, 250
SEED, EPOCHS, BATCH, RATE, LAMBDA = 21, 4, 64, 1e-2, 1e-3
OUT = Path(__file__).resolve().parents[2] / "test/fixtures/probes"


def activations():
    rng = np.random.RandomState(3)
    x = rng.randn(ROWS, LAYERS, HIDDEN)
    for layer in range(1, LAYERS):
        x[:, layer] = x[:, layer] * rng.uniform(0.2, 3, HIDDEN) + rng.randn(HIDDEN) * 2
        if layer > 1:
            x[:, layer] += 0.7 * x[:, layer - 1]
    x[:, 0] = rng.randn(HIDDEN)
    x[:, 2, 5] = 0.37
    return x.astype(np.float32)


def labels(x):
    rng = np.random.RandomState(4)
    value = x[:, 1:].reshape(ROWS, -1).astype(np.float64) @ rng.randn((LAYERS - 1) * HIDDEN) * 0.2 + rng.randn(ROWS)
    binary = (value > np.median(value)).astype(np.int32)
    three = np.digitize(value, np.quantile(value, [0.3, 0.6])).astype(np.int32)
    return dict(binary=binary, three=three, score=(value - value.min()).round(1).astype(np.float32))


def standardise(x, rows=TRAIN):
    """By the first so many rows."""
    flat = x.reshape(len(x), -1)
    train = flat[:rows].astype(np.float64)
    mean, deviation = train.mean(0), train.std(0)
    constant = train.max(0) == train.min(0)
    z = (flat - mean) / np.where(constant, 1, deviation)
    z[:, constant] = 0
    return z.astype(np.float32), constant


def train(x, y, outputs, refined, orders, constant):
    """One probe by itself: the loss of protocols.md section 2, rows in the given order of each epoch."""
    torch.manual_seed(SEED)
    probe = torch.nn.Linear(x.shape[1], outputs)
    if refined:
        with torch.no_grad():
            probe.weight[:, torch.from_numpy(constant)] = 0
    start = probe.weight.detach().numpy().copy(), probe.bias.detach().numpy().copy()
    optimiser = torch.optim.Adam(probe.parameters(), lr=RATE)
    criterion = torch.nn.CrossEntropyLoss() if outputs > 1 else torch.nn.MSELoss()
    inputs, gold, losses = torch.from_numpy(x), torch.from_numpy(y if outputs == 1 else y.astype(np.int64)), []
    for order in orders:
        total = 0.0
        for s in range(0, TRAIN, BATCH):
            rows = torch.from_numpy(order[s : s + BATCH].astype(np.int64))
            optimiser.zero_grad()
            out = probe(inputs[rows])
            out = out.squeeze(1) if outputs == 1 else out
            w = probe.weight
            second = w.pow(2).sum() if refined else w.pow(2).sum().sqrt()
            loss = criterion(out, gold[rows]) + LAMBDA * w.abs().sum() + LAMBDA * second
            loss.backward()
            optimiser.step()
            total += loss.item()
        losses.append(total)
    with torch.no_grad():
        scores = probe(inputs).numpy()
    return start, probe.weight.detach().numpy(), probe.bias.detach().numpy(), losses, scores


def rate(scores, gold, outputs):
    parts = dict(train=slice(0, TRAIN), dev=slice(TRAIN, DEV), test=slice(DEV, ROWS))
    if outputs == 1:
        p = scores[:, 0]
        return {k: dict(pearson=float(pearsonr(p[s], gold[s])[0]), spearman=float(spearmanr(p[s], gold[s])[0])) for k, s in parts.items()}
    p = scores.argmax(1)
    return {k: dict(accuracy=float(accuracy_score(gold[s], p[s])), macro_f1=float(f1_score(gold[s], p[s], average="macro", zero_division=0)),
                    matthews_corrcoef=float(matthews_corrcoef(gold[s], p[s]))) for k, s in parts.items()}


def cka(x, y, debiased):
    """Straight from the definitions, through rows x rows Gram matrices."""
    x = x.astype(np.float64) - x.mean(0, dtype=np.float64)
    y = y.astype(np.float64) - y.mean(0, dtype=np.float64)
    n = len(x)

    def hsic(a, b):
        k, l = a @ a.T, b @ b.T
        if not debiased:
            return np.trace(k @ l)
        np.fill_diagonal(k, 0)
        np.fill_diagonal(l, 0)
        return np.trace(k @ l) + k.sum() * l.sum() / ((n - 1) * (n - 2)) - 2 * (k.sum(0) @ l.sum(0)) / (n - 2)

    scale = hsic(x, x) * hsic(y, y)
    return float(hsic(x, y) / np.sqrt(scale)) if scale > 0 else None


def main():
    x = activations()
    gold = labels(x)
    flat, (z, constant) = x.reshape(ROWS, -1), standardise(x)
    rng = np.random.RandomState(5)
    shuffled = np.stack([rng.permutation(TRAIN) for _ in range(EPOCHS)]).astype(np.int32)
    in_order = np.stack([np.arange(TRAIN)] * EPOCHS).astype(np.int32)
    ranges = [(l, l) for l in range(LAYERS)] + [(0, k) for k in range(1, LAYERS)]
    arrays = dict(activations=x, standardised=z.reshape(x.shape), orders=shuffled, **gold)
    meta = dict(seed=SEED, epochs=EPOCHS, batchSize=BATCH, learningRate=RATE, lambda1=LAMBDA, lambda2=LAMBDA, train=TRAIN, dev=DEV, ranges=ranges, cases={})
    for name, target, outputs, refined in (
        ("binary-paper", "binary", 2, False), ("three-paper", "three", 3, False), ("three-refined", "three", 3, True),
        ("score-paper", "score", 1, False), ("score-refined", "score", 1, True),
    ):
        case = meta["cases"][name] = []
        for p, (first, last) in enumerate(ranges):
            columns = slice(first * HIDDEN, (last + 1) * HIDDEN)
            data = np.ascontiguousarray((z if refined else flat)[:, columns])
            start, w, b, losses, scores = train(data, gold[target], outputs, refined, shuffled if refined else in_order, constant[columns])
            arrays |= {f"{name}.{p}.W0": start[0], f"{name}.{p}.b0": start[1], f"{name}.{p}.W": w, f"{name}.{p}.b": b}
            # the constant layer alone predicts one value: it has no correlation
            case.append(dict(losses=losses, scores=rate(scores, gold[target], outputs) if outputs > 1 or first != last or first > 0 else None))
    meta["cka"] = {name: [[cka(x[:, i], x[:, j], debiased) for j in range(LAYERS)] for i in range(LAYERS)] for name, debiased in (("biased", False), ("debiased", True))}
    OUT.mkdir(parents=True, exist_ok=True)
    save_file({k: np.ascontiguousarray(v) for k, v in arrays.items()}, OUT / "probes.safetensors")
    (OUT / "probes.json").write_text(json.dumps(meta, indent=1) + "\n")


if __name__ == "__main__":
    main()
