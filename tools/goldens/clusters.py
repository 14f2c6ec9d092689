"""Makes test/fixtures/clusters: what numpy and SciPy answer on small sets with ties, copies and constants.

    python tools/goldens/clusters.py

clusters.safetensors, per set: `NAME.distances` (condensed), `NAME.linkage`, `NAME.labels` [thresholds, n]; the sets with
`NAME.activations` [rows, n] begin there: their distances are 1 - |numpy.corrcoef|, nan to 0. clusters.json: thresholds,
rows x layers x hidden of those sets, and representatives: drawn by the generator that has shuffled the rows and goes on
from threshold to threshold, medoids, largest deviations. Needs numpy, scipy, safetensors.
"""
import json
from pathlib import Path

import numpy as np
from safetensors.numpy import save_file
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.spatial.distance import squareform

THRESHOLDS = [0.05, 0.1, 0.3, 0.5, 0.7, 0.9, 1.0, 1.5]
DRAWN = [0.3, 0.5, 0.9]
SEED = 7361
OUT = Path(__file__).resolve().parents[2] / "test/fixtures/clusters"


def distance_sets():
    rng = np.random.RandomState(1)
    pairs = lambda n: n * (n - 1) // 2
    yield "two", np.array([0.25]), 2
    yield "three", np.array([0.5, 0.25, 0.5]), 3
    yield "three-equal", np.full(3, 0.5), 3
    for n in (7, 60):
        yield f"integers-{n}", rng.randint(0, 3, pairs(n)).astype(np.float64), n
        yield f"tenths-{n}", rng.randint(0, 11, pairs(n)) / 10, n
        yield f"zeros-{n}", np.zeros(pairs(n)), n
        yield f"ones-{n}", np.ones(pairs(n)), n
        yield f"random-{n}", rng.rand(pairs(n)), n


def activation_sets():
    rng = np.random.RandomState(2)
    few = rng.randint(0, 3, (40, 24)).astype(np.float32)
    few[:, 6] = few[:, 14] = few[:, 1]
    few[:, 9] = 2 - few[:, 3]
    few[:, [0, 5, 20]] = [1, 0, 2]
    yield "integers", few, 3
    mixed = rng.randn(700, 21) + rng.randn(21) * 3
    for copy, source in ((8, 2), (13, 2), (20, 11)):
        mixed[:, copy] = rng.choice([-3, -1, 0.5, 2]) * mixed[:, source] + rng.randn(700) * 0.3
    mixed[:, :7] = rng.randn(7)
    yield "mixed", mixed.astype(np.float32), 3
    yield "constant", np.ones((5, 6), np.float32) * np.float32(0.1), 2
    yield "one-row", rng.randn(1, 4).astype(np.float32), 2


def correlation(x):
    with np.errstate(all="ignore"):
        c = np.nan_to_num(np.corrcoef(x.T.astype(np.float64)))
    c = (c + c.T) / 2
    np.fill_diagonal(c, 1)
    return c


def representatives(x, c, z):
    rng = np.random.RandomState(SEED)
    rng.shuffle(np.arange(len(x)))
    deviation, answers = x.astype(np.float64).std(0), []
    for threshold in DRAWN:
        labels = fcluster(z, threshold, criterion="distance")
        members = [np.where(labels == k)[0] for k in range(1, labels.max() + 1)]
        answers.append(
            dict(
                threshold=threshold,
                drawn=[int(rng.choice(m)) for m in members],
                # rounded, so that argmax sees ties and takes the lowest
                medoids=[int(m[np.abs(c[np.ix_(m, m)]).mean(1).round(9).argmax()]) for m in members],
                varying=[int(m[deviation[m].argmax()]) for m in members],
            )
        )
    return answers


def main():
    arrays, sets = {}, {}

    def put(name, distances, n):
        z = linkage(distances, method="average")
        labels = np.stack([fcluster(z, t, criterion="distance") for t in THRESHOLDS]).astype(np.int32)
        arrays.update({f"{name}.distances": distances, f"{name}.linkage": z, f"{name}.labels": labels})
        return z

    for name, distances, n in distance_sets():
        put(name, distances, n)
    for name, x, layers in activation_sets():
        c = correlation(x)
        z = put(name, squareform(1 - np.abs(c), checks=False), x.shape[1])
        arrays[f"{name}.activations"] = x
        sets[name] = dict(rows=len(x), layers=layers, hidden=x.shape[1] // layers, representatives=representatives(x, c, z))
    OUT.mkdir(parents=True, exist_ok=True)
    save_file({k: np.ascontiguousarray(v) for k, v in arrays.items()}, OUT / "clusters.safetensors")
    names = [name for name, _, _ in distance_sets()]
    meta = dict(seed=SEED, thresholds=THRESHOLDS, distances=names, activations=sets)
    (OUT / "clusters.json").write_text(json.dumps(meta, indent=1) + "\n")


if __name__ == "__main__":
    main()
