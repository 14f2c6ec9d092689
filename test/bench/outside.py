"""The same work in NumPy, SciPy, PyTorch and tokenizers: seconds, and the most memory held, as one JSON line.

    python outside.py products|probes ROWS LAYERS HIDDEN CLASSES THREADS
    python outside.py selection ROWS CLASSES THREADS WIDTH…
    python outside.py linkage DISTANCES
    python outside.py tokenizing TOKENIZER TEXTS
"""
import json
import resource
import sys
import time


def seconds(work):
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def products(rows, layers, hidden, classes, threads):
    import numpy as np

    x = np.random.RandomState(0).uniform(-1, 1, (rows, layers * hidden)).astype(np.float32)
    return seconds(lambda: np.corrcoef(x.T))


def train(x, y, classes):
    """A probe as the published scripts train it; scores are not in it."""
    import torch

    probe = torch.nn.Linear(x.shape[1], classes)
    adam = torch.optim.Adam(probe.parameters(), lr=1e-3)
    loss_of = torch.nn.CrossEntropyLoss()
    for _ in range(10):
        for first in range(0, x.shape[0], 128):
            adam.zero_grad()
            w = probe.weight
            loss = loss_of(probe(x[first : first + 128]), y[first : first + 128])
            loss = loss + 1e-5 * w.abs().sum() + 1e-5 * w.pow(2).sum().sqrt()
            loss.backward()
            adam.step()
            loss.item()


def probes(rows, layers, hidden, classes, threads):
    """Every probe by itself, one after the other."""
    import torch

    torch.set_num_threads(threads)
    x = torch.rand(rows, layers * hidden)
    y = torch.randint(0, classes, (rows,))
    ranges = [slice(l * hidden, (l + 1) * hidden) for l in range(layers)]
    ranges += [slice(0, (l + 1) * hidden) for l in range(layers)]
    return seconds(lambda: [train(x[:, columns].contiguous(), y, classes) for columns in ranges])


def selection(rows, classes, threads, *widths):
    """Probes of these widths, one after the other, each on neurons gathered out of all."""
    import torch

    torch.set_num_threads(threads)
    x = torch.rand(rows, max(widths))
    y = torch.randint(0, classes, (rows,))
    chosen = [torch.randperm(x.shape[1])[:width] for width in widths]
    return seconds(lambda: [train(x[:, neurons].contiguous(), y, classes) for neurons in chosen])


def linkage(distances):
    import numpy as np
    from scipy.cluster import hierarchy

    condensed = np.fromfile(distances)
    return seconds(lambda: hierarchy.linkage(condensed, "average"))


def tokenizing(path, texts):
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(path)
    tokenizer.enable_truncation(128)
    tokenizer.no_padding()
    with open(texts, encoding="utf-8") as file:
        pairs = [row["text"] if row["pair"] is None else (row["text"], row["pair"]) for row in json.load(file)]
    return seconds(lambda: tokenizer.encode_batch(pairs))


what, *args = sys.argv[1:]
numbers = what in ("products", "probes", "selection")
found = globals()[what](*(map(int, args) if numbers else args))
print(json.dumps({"seconds": found, "bytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024}))
