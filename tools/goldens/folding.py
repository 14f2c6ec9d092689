"""Makes test/fixtures/probes/folding.json: a linear probe of standardised neurons folded for raw ones, by NumPy.

    python tools/goldens/folding.py

Neuron 3 is constant, neuron 5 lies far from zero beside its deviation, `columns` is the order of the folded weight. The
logits are those of the unfolded probe, in float64. Needs numpy.
"""
import json
from pathlib import Path

import numpy as np

OUT = Path(__file__).resolve().parents[2] / "test/fixtures/probes/folding.json"
ROWS, NEURONS, OUTPUTS = 40, 9, 3


def main():
    random = np.random.default_rng(12)
    x = random.normal(size=(ROWS, NEURONS)) * np.geomspace(0.01, 30, NEURONS)
    x[:, 3] = 0.25
    x[:, 5] += 700
    x = x.astype(np.float32)
    weight = random.normal(size=(OUTPUTS, NEURONS)).astype(np.float32)
    weight[:, 3] = 0
    bias = random.normal(size=OUTPUTS).astype(np.float32)
    wide = x.astype(np.float64)
    mean, deviation = wide.mean(0), wide.std(0)
    constant = (x == x[0]).all(0)
    scale = np.divide(1, deviation, out=np.zeros(NEURONS), where=~constant)
    columns = np.array([7, 0, 5, 8, 1, 2, 6, 4])
    folded = weight.astype(np.float64) * scale
    golden = {
        "x": x.tolist(),
        "weight": weight.tolist(),
        "bias": bias.tolist(),
        "mean": mean.tolist(),
        "deviation": deviation.tolist(),
        "constant": constant.astype(int).tolist(),
        "columns": columns.tolist(),
        "folded": {"weight": folded[:, columns].tolist(), "bias": (bias - folded @ mean).tolist()},
        "logits": (((wide - mean) * scale) @ weight.astype(np.float64).T + bias).tolist(),
    }
    OUT.write_text(json.dumps(golden) + "\n")


if __name__ == "__main__":
    main()
