"""Goldens of test/fixtures/selection: neuron orderings, sizes, McNemar's test, files in the published layouts.

    python3 tools/goldens/selection.py   (numpy 2, SciPy 1.17)

NumPy and SciPy are the authorities; nothing of Winnow runs here.
"""
import json
from pathlib import Path

import numpy as np
from scipy.stats import binomtest

OUT = Path(__file__).resolve().parents[2] / 'test/fixtures/selection'


def ordering(weights, stride=1000):
    """Steps of growing share p of each class's |weight|; neurons new in a step, sorted."""
    sizes = np.abs(weights)
    ranked = [(np.argsort(w)[::-1], np.sum(w, dtype=np.float64)) for w in sizes]
    seen, steps = set(), []
    for p in range(stride + 1):
        new = set()
        for w, (order, total) in zip(sizes, ranked):
            hit = np.where(np.cumsum(w[order]) >= total * (p / stride))[0]
            new |= {int(i) for i in (order if len(hit) == 0 else order[: hit[0] + 1])}
        new -= seen
        seen |= new
        steps.append(sorted(new))
    return steps


def orderings():
    cases = []
    for seed, (classes, features) in enumerate([(2, 40), (5, 60), (1, 30), (3, 1)]):
        weights = np.random.RandomState(seed).randn(classes, features).astype(np.float32)
        steps = ordering(weights)
        cases.append(dict(seed=seed, weights=weights.tolist(),
                          steps=[[p, own] for p, own in enumerate(steps) if own]))
    return cases


def sizes():
    shares = [.001, .002, .003, .004, .005, .01, .02, .03, .04, .05, .06, .07, .08, .09, .10, .15, .20, .25, .30, .35, .40, .45, .50, .60, .70, .80, .90]
    fine = [round(i / 1000, 3) for i in range(1, 101)] + shares[15:]
    unique = lambda all, layers, hidden: [n for n in dict.fromkeys(int(p * layers * hidden) for p in all) if n >= 1]
    return [dict(layers=l, hidden=h, usual=unique(shares, l, h), fine=unique(fine, l, h)) for l, h in ((7, 384), (13, 768), (5, 16), (25, 1024), (2, 3))]


def mcnemar():
    pairs = [(0, 0), (0, 1), (3, 3), (1, 9), (9, 1), (12, 25), (100, 140), (500, 560), (2000, 2300), (7000, 7001)]
    return [dict(a=a, b=b, p=float(binomtest(min(a, b), a + b, .5).pvalue) if a + b else 1.0) for a, b in pairs]


def scores(random, overall=None):
    own = {'__OVERALL__': float(random.rand()) if overall is None else overall, 'neg': float(random.rand()), 'pos': float(random.rand())}
    return own


def probe(random, name):
    return dict(name=name, train_scores=scores(random), dev_scores=scores(random), test_scores=scores(random))


def selection(random, width, threshold, sizes, ordered=True):
    found, count = {}, width
    if threshold != -1:
        clusters = [int(c) for c in random.randint(1, 5, width)]
        clusters[:4] = [1, 2, 3, 4]
        independent = [int(random.choice(np.where(np.array(clusters) == c)[0])) for c in (1, 2, 3, 4)]
        count = len(independent)
        found = dict(clustering_threshold=threshold, clusters=clusters, independent_neurons=independent)
    found['base_results'] = probe(random, 'neuron-selection-base')
    if not ordered:
        return found
    order = [int(i) for i in random.permutation(count)]
    found.update(ordering=order, minimal_neuron_set_size=sizes[-1], minimal_neuron_set=order[: sizes[-1]])
    found[f'selected-{count}'] = found['base_results']
    for n in sizes:
        found[f'selected-{n}'] = probe(random, f'selected-{n}')
    return found


def key(threshold):
    return 'no-clustering' if threshold == -1 else 'clustering-%0.2f' % threshold


def pipeline(thresholds=(-1, .3)):
    """3 layers of 4 neurons."""
    random = np.random.RandomState(7361)
    index = np.arange(10)
    random.shuffle(index)
    split = dict(all_idx=index.tolist(), train_idx=index[:9].tolist(), dev_idx=index[9:].tolist())
    base = probe(random, 'baseline')
    single = [probe(random, f'layer-{k}') for k in range(3)]
    upto = [probe(random, f'layer-0->{k}') for k in range(2)] + [dict(base, name='layer-2')]
    upto[0]['dev_scores'].update(__OVERALL__=float('nan'), neg=float('inf'), pos=1e-05)
    chosen = {}
    for layers, top in ((3, 1), (1, 2)):
        own = upto[top]
        chosen[f'selection-{layers}-1'] = dict(
            selected_top_layer=dict(selected_top_layer=top, train_score=own['train_scores']['__OVERALL__'],
                                    dev_score=own['dev_scores']['__OVERALL__'], test_score=own['test_scores']['__OVERALL__']),
            neuron_selection={key(c): selection(random, 4 * (top + 1), c, [1, 2, 3] if c == -1 else [1, 2]) for c in thresholds})
    return dict(data_split=split, baseline=base, independent_layerwise=single, incremental_layerwise=upto, selection=chosen)


def flat(thresholds, sizes, ordered):
    """13 layers of 2 neurons."""
    random = np.random.RandomState(1)
    return dict(baseline=probe(random, 'baseline'), selection={key(c): selection(random, 26, c, sizes, ordered) for c in thresholds})


def main():
    OUT.mkdir(parents=True, exist_ok=True)
    (OUT / 'golden.json').write_text(json.dumps(dict(orderings=orderings(), sizes=sizes(), mcnemar=mcnemar())) + '\n')
    (OUT / 'pipeline.json').write_text(json.dumps(pipeline()))
    (OUT / 'pipeline-many.json').write_text(json.dumps(pipeline((-1, .3, .5))))
    (OUT / 'clustering.json').write_text(json.dumps(flat((-1, .1, .3), [], False)))
    (OUT / 'max-features.json').write_text(json.dumps(flat((-1,), [1, 2], True)))


if __name__ == "__main__":
    main()
