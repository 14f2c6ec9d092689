"""Linear probes on every layer of the demo model: a look at its scores in PyTorch before the page makes its own.

Follows the published protocol (train file shuffled with seed 7361 and cut 90/10, dev file as test; cross entropy with
1e-5 · Σ|W| + 1e-5 · √ΣW²; Adam, 10 epochs of batches of 128 in fixed order).
"""

import numpy as np
import torch

LAMBDA = 1e-5


def split(count: int) -> tuple[np.ndarray, np.ndarray]:
    """Indices of the train and the dev part of a train file."""
    order = np.arange(count)
    np.random.RandomState(7361).shuffle(order)
    cut = int(0.9 * count)
    return order[:cut], order[cut:]


def train_probe(features: torch.Tensor, labels: torch.Tensor, seed: int) -> torch.nn.Linear:
    """A linear probe on features [rows, F], labels numbered from 0."""
    torch.manual_seed(seed)
    probe = torch.nn.Linear(features.shape[1], int(labels.max()) + 1)
    optimizer = torch.optim.Adam(probe.parameters(), lr=1e-3)
    for _ in range(10):
        for start in range(0, len(features), 128):
            rows = slice(start, start + 128)
            loss = torch.nn.functional.cross_entropy(probe(features[rows]), labels[rows])
            loss = loss + LAMBDA * probe.weight.abs().sum() + LAMBDA * probe.weight.norm()
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    return probe


def layer_table(
    train: np.ndarray, train_labels: np.ndarray, test: np.ndarray, test_labels: np.ndarray, seed: int = 0
) -> list[list[float]]:
    """
    Accuracies of probes on activations [rows, layers + 1, hidden].

    → a row per layer: layer, single dev, single test, concatenated dev, concatenated test.
    """
    train_part, dev_part = split(len(train))
    cut = ((train[part], train_labels[part]) for part in (train_part, dev_part))
    parts = [*cut, (test, test_labels)]
    tensors = [(torch.from_numpy(x), torch.from_numpy(y)) for x, y in parts]

    def scores(layers: slice) -> list[float]:
        flat = [(x[:, layers].flatten(1), y) for x, y in tensors]
        probe = train_probe(*flat[0], seed)
        with torch.no_grad():
            return [(probe(x).argmax(1) == y).double().mean().item() for x, y in flat[1:]]

    return [[k, *scores(slice(k, k + 1)), *scores(slice(0, k + 1))] for k in range(train.shape[1])]


def chosen_layer(table: list[list[float]], percent: float) -> int:
    """LayerSelector: the lowest k whose layers 0..k come within ``percent`` of the oracle on the dev part."""
    oracle = table[-1][3]
    return next((int(row[0]) for row in table if row[3] > (1 - percent / 100) * oracle), int(table[-1][0]))


def print_layers(
    train: np.ndarray, train_labels: np.ndarray, test: np.ndarray, test_labels: np.ndarray, name: str
) -> None:
    """The layer table, and how many layers stay within three losses; ``name`` is the file of the test rows."""
    table = layer_table(train, train_labels, test, test_labels)
    print(f"layer  single: split dev, {name}  concatenated: split dev, {name}")
    for layer, *scores in table:
        print(f"{layer:5}  " + "  ".join(f"{score:.4f}" for score in scores))
    for percent in (1, 2, 3):
        print(f"within {percent} % of the oracle: layers 0 to {chosen_layer(table, percent)}")
