"""Makes test/fixtures/probes/measures.json: the measures of docs/protocols.md section 10, by NumPy, SciPy and PyTorch in float64.

    python tools/goldens/measures.py

Of the activations of probes.safetensors: all rows; rows 0-9, fewer than neurons; rows 0-39 with the first 20 again; two
rows. Probes are those of probes.py (`paper`) and early_stopping.py (`refined`) on the train rows. Needs torch, scikit-learn,
scipy, safetensors, numpy.
"""
import json

import numpy as np
import torch
from early_stopping import PATIENCE, THRESHOLD, best_bias
from probes import BATCH, DEV, HIDDEN, LAMBDA, LAYERS, OUT, RATE, ROWS, SEED, TRAIN, activations, labels, standardise
from safetensors.numpy import load_file
from scipy.spatial.distance import cdist

KEPT, NEAREST, WINDOW = 5, 10, 4096


def unit(x):
    return x / np.linalg.norm(x, axis=1, keepdims=True)


def constant(x):
    return bool((x == x[0]).all())


def entropy(p):
    p = p[p > 0]
    return float(-(p * np.log(p)).sum())


def singular(x):
    """The first min(rows - 1, neurons): a centred matrix has no more."""
    return np.linalg.svd(x, compute_uv=False)[: min(len(x) - 1, x.shape[1])]


def spectrum(x):
    if constant(x):
        return dict(participationRatio=None, effectiveRank=None, matrixEntropy=None)
    centred = x - x.mean(0)
    s = singular(centred)
    s = s[s > s[0] * 1e-12]
    directions = np.linalg.svd(unit(centred), compute_uv=False) ** 2
    return dict(
        participationRatio=float((s**2).sum() ** 2 / (s**4).sum()),
        effectiveRank=float(np.exp(entropy(s / s.sum()))),
        matrixEntropy=entropy(directions / directions.sum()) / float(np.log(min(x.shape))),
    )


def anisotropy(x):
    u, n = unit(x), len(x)
    part = (u.sum(0) ** 2 - (u**2).sum(0)) / (n * (n - 1))
    variance = x.var(0)
    share = None if constant(x) else variance / variance.sum()
    neurons = [dict(index=int(i), part=float(part[i]), variance=None if share is None else float(share[i])) for i in np.argsort(-part, kind="stable")[:KEPT]]
    return dict(mean=float(part.sum()), neurons=neurons)


def geometry(x):
    layers = list(x.swapaxes(0, 1))
    cosine = lambda a, b: np.clip((unit(a) * unit(b)).sum(1), -1, 1)
    found = dict(
        blockInfluence=[float(1 - cosine(a, b).mean()) for a, b in zip(layers, layers[1:])],
        angularDistance=[[0.0 if a is b else float((np.arccos(cosine(a, b)) / np.pi).mean()) for b in layers] for a in layers],
        anisotropy=[anisotropy(layer) for layer in layers],
    )
    spectra = [spectrum(layer) for layer in layers]
    return found | {name: [s[name] for s in spectra] for name in spectra[0]}


def nearest(x):
    """By cosine, ties to the lower row."""
    similarity = 1 - cdist(x, x, "cosine")
    np.fill_diagonal(similarity, -np.inf)
    return np.argsort(-similarity.round(13), axis=1, kind="stable")[:, : min(NEAREST, len(x) - 1)]


def neighbours(x):
    layers = [None if constant(layer) else nearest(layer) for layer in x.swapaxes(0, 1)]
    share = lambda a, b: float(np.mean([len(set(p) & set(q)) / len(p) for p, q in zip(a, b)]))
    return [[None if a is None or b is None else share(a, b) for b in layers] for a in layers]


def dimension(x):
    if constant(x):
        return None
    distances = cdist(x, x)
    np.fill_diagonal(distances, np.inf)
    r = np.sort(distances, axis=1)[:, :2]
    r = r[(r[:, 0] > 0) & np.isfinite(r[:, 1])]
    total = np.log(r[:, 1] / r[:, 0]).sum() if len(r) else 0
    return float(len(r) / total) if total > 0 else None


FRACTIONS = [0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 6.25, 12.5, 25, 50, 100]


def shuffled(epoch, rows, seed):
    """Windows of consecutive rows, and the rows inside each."""
    rng = np.random.RandomState((seed * 0x9E3779B1 + (epoch + 1) * 0x85EBCA6B) % 2**32)
    starts = np.arange(0, rows, WINDOW)
    rng.shuffle(starts)
    windows = [np.arange(start, min(start + WINDOW, rows)) for start in starts]
    for window in windows:
        rng.shuffle(window)
    return np.concatenate(windows)


def fit(x, y, outputs, dev, epochs=4, seed=SEED, rate=RATE, penalties=LAMBDA, size=BATCH):
    """
    One probe on rows x: `paper` for so many epochs in order, or `refined` where there are dev rows (x, y).
    Weight, bias, and the dev losses by epoch.
    """
    torch.manual_seed(seed)
    probe = torch.nn.Linear(x.shape[1], outputs)
    if dev:
        torch.nn.init.zeros_(probe.weight)
        with torch.no_grad():
            probe.bias.copy_(torch.from_numpy(best_bias(y, outputs)))
    optimiser = torch.optim.Adam(probe.parameters(), lr=rate)
    inputs, gold = torch.from_numpy(x), torch.from_numpy(y)
    criterion, losses, best = torch.nn.CrossEntropyLoss(), [], None
    for epoch in range(100 if dev else epochs):
        order = torch.from_numpy(shuffled(epoch, len(x), seed) if dev else np.arange(len(x)))
        for rows in order.split(size):
            optimiser.zero_grad()
            w = probe.weight
            penalty = w.pow(2).sum() if dev else w.pow(2).sum().sqrt()
            (criterion(probe(inputs[rows]), gold[rows]) + penalties * w.abs().sum() + penalties * penalty).backward()
            optimiser.step()
        if not dev:
            continue
        with torch.no_grad():
            losses.append(criterion(probe(torch.from_numpy(dev[0])).double(), torch.from_numpy(dev[1])).item())
        if best is None or losses[-1] < (1 - THRESHOLD) * losses[best[0]]:
            best = epoch, probe.weight.detach().numpy().copy(), probe.bias.detach().numpy().copy()
        if epoch - best[0] >= PATIENCE:
            break
    return (*best[1:], losses) if dev else (probe.weight.detach().numpy(), probe.bias.detach().numpy(), losses)


def bits(x, y, w, b):
    z = (x @ w.T + b).astype(np.float64)
    z -= z.max(1, keepdims=True)
    return -(z - np.log(np.exp(z).sum(1, keepdims=True)))[np.arange(len(y)), y] / np.log(2)


def code_length(x, y, outputs, refined):
    """Of train rows in their order; refined probes stop by the dev rows."""
    ends = sorted({max(1, int(TRAIN * f / 100)) for f in FRACTIONS})
    found = [float(ends[0] * np.log2(outputs))]
    dev = (x[TRAIN:DEV], y[TRAIN:DEV]) if refined else None
    for before, end in zip(ends, ends[1:]):
        w, b, _ = fit(x[:before], y[:before], outputs, dev)
        found.append(float(bits(x[before:end], y[before:end], w, b).sum()))
    return dict(ends=ends, bits=found)


def information(x, y, w, b, share):
    pvi = -bits(x, y, w, b) - np.log2(share[y])
    return [float(v) for v in pvi]


def probeless(x, y, outputs):
    means = np.stack([x[y == k].mean(0) for k in range(outputs)])
    return sum(np.abs(means[i] - means[j]) for i in range(outputs) for j in range(i + 1, outputs))


def main():
    x32 = activations()
    x, y = x32.astype(np.float64), labels(x32)["three"].astype(np.int64)
    again = np.concatenate([x[:40], x[:20]])
    some = {"all": x, "few": x[:10], "again": again, "two": x[:2]}
    found = dict(
        geometry={name: geometry(rows) for name, rows in some.items()},
        neighbours={name: neighbours(rows) for name, rows in some.items()},
        dimension={name: [dimension(layer) for layer in rows.swapaxes(0, 1)] for name, rows in some.items()},
        codeLength={
            protocol: [code_length(np.ascontiguousarray(rows[:, layer]), y, 3, protocol == "refined") for layer in range(LAYERS)]
            for protocol, rows in (("paper", x32), ("refined", standardise(x32)[0].reshape(x32.shape)))
        },
    )
    probes, flat = load_file(OUT / "probes.safetensors"), x32.reshape(ROWS, -1)
    share = np.bincount(y[:TRAIN]) / TRAIN
    found["information"] = {
        str(p): information(np.ascontiguousarray(flat[DEV:, first * HIDDEN : (last + 1) * HIDDEN]), y[DEV:], probes[f"three-paper.{p}.W"], probes[f"three-paper.{p}.b"], share)
        for p, (first, last) in enumerate([(layer, layer) for layer in range(LAYERS)] + [(0, k) for k in range(1, LAYERS)])
    }
    size = probeless(x.reshape(ROWS, -1)[:TRAIN], y[:TRAIN], 3)
    # What rounding leaves of a constant neuron is none.
    size[[constant(x.reshape(ROWS, -1)[:, [j]]) for j in range(LAYERS * HIDDEN)]] = 0
    found["probeless"] = dict(order=[int(i) for i in np.argsort(-size, kind="stable")], sizes=[float(v) for v in size])
    (OUT / "measures.json").write_text(json.dumps(found) + "\n")


if __name__ == "__main__":
    main()
