"""
p values and intervals behind verdicts, and the borders at which they turn, by SciPy: writes test/fixtures/verdicts/verdicts.json.

Needs numpy and scipy. python tools/goldens/verdicts.py
"""

import json
from pathlib import Path

import numpy as np
from scipy.stats import binomtest, pearsonr

out = Path(__file__).parents[2] / "test" / "fixtures" / "verdicts" / "verdicts.json"


def greater(hits, rows, share):
    return float(binomtest(hits, rows, share, alternative="greater").pvalue)


def mcnemar(a, b):
    return 1.0 if a + b == 0 else float(binomtest(min(a, b), a + b, 0.5).pvalue)


def least(holds, low, high):
    """Smallest value for which `holds`, which stays true from there on."""
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if holds(middle) else (middle + 1, high)
    return low


tails = [
    (hits, rows, share, greater(hits, rows, share))
    for rows, share in [(1, 0.5), (1, 0.9), (20, 0.55), (872, 0.509), (2000, 1 / 45), (60_000, 0.137), (60_000, 0.5)]
    for hits in sorted({0, 1, rows // 3, int(rows * share), int(rows * share) + 1, int(rows * (share + 0.01)), rows})
]
tails += [(10, 20, 0.0, greater(10, 20, 0.0)), (0, 20, 0.0, greater(0, 20, 0.0)), (20, 20, 1.0, greater(20, 20, 1.0))]
pairs = [(0, 0), (1, 0), (0, 5), (0, 6), (4, 3), (12, 9), (29, 24), (61, 39), (30_000, 30_000), (29_500, 30_500), (29_000, 31_000), (400, 600), (0, 900), (10, 1000), (3, 60_000)]
shares = [(0, 1), (1, 1), (0, 20), (20, 20), (13, 20), (742, 872), (30_000, 60_000), (59_990, 60_000)]

random = np.random.RandomState(7361)
correlations = []
for rows, noise in [(4, 1.0), (5, 0.2), (20, 3.0), (150, 10.0), (1500, 0.7), (60_000, 30.0)]:
    x = random.standard_normal(rows)
    found = pearsonr(x, x + noise * random.standard_normal(rows))
    interval = found.confidence_interval(0.95)
    correlations.append((float(found.statistic), rows, float(interval.low), float(interval.high)))

golden = {
    # hits, rows, share, p
    "tails": tails,
    # a, b, p
    "pairs": [(a, b, mcnemar(a, b)) for a, b in pairs],
    # hits, rows, low, high
    "wilson": [
        (hits, rows, *(float(end) for end in binomtest(hits, rows).proportion_ci(0.95, method="wilson")))
        for hits, rows in shares
    ],
    # r, rows, low, high
    "fisher": correlations,
    # rows, share, least hits that are more than the share's at .05
    "leastHits": [
        (rows, share, least(lambda hits: greater(hits, rows, share) < 0.05, 0, rows))
        for rows, share in [(20, 0.55), (200, 0.6), (872, 0.509), (2000, 0.1), (60_000, 0.137)]
    ],
    # rows right of the one alone, least rows right of the other alone at which McNemar's p < .05
    "leastPairs": [(a, least(lambda b: b > a and mcnemar(a, b) < 0.05, a, 10 * a + 20)) for a in [0, 3, 20, 500]],
}
out.parent.mkdir(parents=True, exist_ok=True)
out.write_text(json.dumps(golden, indent=1) + "\n")
