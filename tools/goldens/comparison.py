"""
Two classifiers on the same rows, by statsmodels and SciPy: McNemar's exact test, intervals of the difference of two shares and of two
correlations, and linear CKA between the layers of two sets of activations by rows x rows Gram matrices, biased and debiased.
Writes test/fixtures/verdicts/comparison.json and comparison.safetensors.

Needs numpy, scipy, statsmodels and safetensors. python tools/goldens/comparison.py
"""

import json
from pathlib import Path

import numpy as np
from safetensors.numpy import save_file
from statsmodels.stats.contingency_tables import mcnemar
from statsmodels.stats.proportion import confint_proportions_2indep

out = Path(__file__).parents[2] / "test" / "fixtures" / "verdicts"
random = np.random.default_rng(13)


def pair(rows, classes, share, other):
    labels = random.integers(classes, size=rows)
    guess = lambda right: np.where(random.random(rows) < right, labels, random.integers(classes, size=rows))
    first, second = guess(share), guess(other)
    right, its = first == labels, second == labels
    table = [[int((right & its).sum()), int((right & ~its).sum())], [int((~right & its).sum()), int((~right & ~its).sum())]]
    low, high = confint_proportions_2indep(right.sum(), rows, its.sum(), rows, compare="diff", method="newcomb")
    return {
        "classes": classes,
        "labels": labels.tolist(),
        "first": first.tolist(),
        "other": second.tolist(),
        "onlyFirst": table[0][1],
        "onlyOther": table[1][0],
        "p": float(mcnemar(table, exact=True).pvalue),
        "unpaired": [float(low), float(high)],
    }


def centred_cka(x, y):
    x, y = x - x.mean(0), y - y.mean(0)
    k, l = x @ x.T, y @ y.T
    if not k.any() or not l.any():
        return None
    return float((k * l).sum() / np.sqrt((k * k).sum() * (l * l).sum()))


def debiased_cka(x, y):
    def centred(z):  # Szekely and Rizzo's U-centring, whose inner product is the unbiased HSIC of Song et al. (2012)
        gram = z @ z.T
        np.fill_diagonal(gram, 0)
        n = len(gram)
        gram = gram - gram.sum(0) / (n - 2) - gram.sum(0)[:, None] / (n - 2) + gram.sum() / ((n - 1) * (n - 2))
        np.fill_diagonal(gram, 0)
        return gram

    k, l = centred(x - x.mean(0)), centred(y - y.mean(0))
    if not k.any() or not l.any():
        return None
    return float((k * l).sum() / np.sqrt((k * k).sum() * (l * l).sum()))


def activations():
    rows = 120
    hidden = random.normal(size=(rows, 5))
    first = np.stack([np.ones((rows, 6)), *(hidden @ random.normal(size=(5, 6)) + random.normal(size=(rows, 6)) for _ in range(3))], 1)
    other = np.stack([hidden @ random.normal(size=(5, 4)) + 3 + 0.5 * random.normal(size=(rows, 4)) for _ in range(3)], 1)
    first, other = first.astype(np.float32), other.astype(np.float32)
    save_file({"first": first, "other": other}, out / "comparison.safetensors")
    a, b = first.astype(np.float64), other.astype(np.float64)
    pairs = lambda cka: [[cka(a[:, i], b[:, j]) for j in range(b.shape[1])] for i in range(a.shape[1])]
    return {"cka": pairs(centred_cka), "debiased": pairs(debiased_cka)}


pairs = [pair(200, 2, 0.8, 0.6), pair(150, 4, 0.5, 0.52), pair(90, 300, 0.9, 0.9), pair(40, 2, 1.0, 0.2)]
(out / "comparison.json").write_text(json.dumps({"pairs": pairs, **activations()}) + "\n")
