"""Makes test/fixtures/probes/procrustes.json: orthogonal Procrustes similarity of the layers of probes.safetensors.

    python tools/goldens/procrustes.py

Columns centred, both layers set to Frobenius norm 1, sum of the singular values of their product (Ding et al. 2021); null
where a layer is constant. Of all rows, and of golden activations of another model where --hidden names a file with `cls`
[rows, layers, hidden]: that prints the table. Needs numpy, safetensors.
"""
import argparse
import json
from pathlib import Path

import numpy as np
from safetensors.numpy import load_file

OUT = Path(__file__).resolve().parents[2] / "test/fixtures/probes"


def similarity(layers):
    """[rows, layers, hidden] in float64 → [layers, layers]."""
    count = layers.shape[1]
    centred = [x - x.mean(0) for x in layers.astype(np.float64).swapaxes(0, 1)]
    norms = [None if (x == x[0]).all() else np.linalg.norm(c) for x, c in zip(layers.swapaxes(0, 1), centred)]

    def pair(i, j):
        if norms[i] is None or norms[j] is None:
            return None
        singular = np.linalg.svd((centred[i] / norms[i]).T @ (centred[j] / norms[j]), compute_uv=False)
        return float(singular.sum())

    return [[pair(i, j) for j in range(count)] for i in range(count)]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--hidden")
    hidden = parser.parse_args().hidden
    if hidden:
        print(json.dumps(similarity(load_file(hidden)["cls"])))
        return
    x = load_file(OUT / "probes.safetensors")["activations"].reshape(300, 4, 16)
    (OUT / "procrustes.json").write_text(json.dumps(similarity(x)) + "\n")


if __name__ == "__main__":
    main()
