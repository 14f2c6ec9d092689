"""The same work in NumPy and PyTorch, on made numbers of the same sizes: seconds as one JSON line.

    python work.py products|probes ROWS LAYERS HIDDEN CLASSES THREADS
"""
import json
import sys
import time

what = sys.argv[1]
rows, layers, hidden, classes, threads = map(int, sys.argv[2:])


def products():
    import os

    os.environ["OPENBLAS_NUM_THREADS"] = str(threads)
    import numpy as np

    x = np.random.RandomState(0).uniform(-1, 1, (rows, layers * hidden)).astype(np.float32)
    start = time.time()
    np.corrcoef(x.T)
    return time.time() - start


def probes():
    """Every probe by itself, one after the other, as the published scripts train them; scores are not in it."""
    import torch

    torch.set_num_threads(threads)
    x = torch.rand(rows, layers * hidden)
    y = torch.randint(0, classes, (rows,))
    ranges = [slice(l * hidden, (l + 1) * hidden) for l in range(layers)]
    ranges += [slice(0, (l + 1) * hidden) for l in range(layers)]
    start = time.time()
    for columns in ranges:
        own = x[:, columns].contiguous()
        probe = torch.nn.Linear(own.shape[1], classes)
        adam = torch.optim.Adam(probe.parameters(), lr=1e-3)
        loss_of = torch.nn.CrossEntropyLoss()
        for _ in range(10):
            for first in range(0, rows, 128):
                adam.zero_grad()
                w = probe.weight
                loss = loss_of(probe(own[first : first + 128]), y[first : first + 128])
                loss = loss + 1e-5 * w.abs().sum() + 1e-5 * w.pow(2).sum().sqrt()
                loss.backward()
                adam.step()
                loss.item()
    return time.time() - start


print(json.dumps({"seconds": {"products": products, "probes": probes}[what]()}))
