"""Checks a whole run of Winnow on sentences, of one seed and with clusters, against the libraries.

    npm run analyze -- --model MODEL --data DATA --task sst-2 --seeds 1 --reduce SMALLER --out RUN
    npm run extract -- --model MODEL --data DATA --task sst-2 --file train --out TRAIN.safetensors   (and dev)
    python tools/goldens/check_run.py RUN/run.json MODEL DATA TRAIN.safetensors DEV.safetensors

Hidden states of the test rows, one by one in transformers, are those that were extracted, to 1e-5 of their length; the
accuracy of the model's own class is the one that the run measured. Of the extracted numbers the other goldens' functions
make the rest anew: CKA, geometry, neighbours, dimension, probes by layer, top layers, clusters with their representatives,
what each answer's base probe leans on, and the weights of its kept probe. Prints the farthest of each; ends at the first that
is too far. Needs torch, transformers, SciPy, scikit-learn.
"""
import json
import sys
from pathlib import Path

import numpy as np
import torch
import transformers
from check_reduced_run import floats, sentences
from clusters import correlation
from measures import constant, dimension, fit, geometry, neighbours
from probes import standardise
from safetensors.numpy import load_file
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.spatial.distance import squareform
from transformers import AutoModelForSequenceClassification, AutoTokenizer

SPLIT = 7361
FEW = 2000
PARTS = ("train", "dev", "test")


def near(name, found, expected, limit):
    """null is no number here and there."""
    ours, theirs = (np.array(values, float) for values in (found, expected))
    assert (np.isnan(ours) == np.isnan(theirs)).all(), name
    farthest = float(np.nanmax(np.abs(ours - theirs), initial=0))
    print(f"  {name}: {ours.size} numbers, at most {farthest:.2e} apart", flush=True)
    assert farthest <= limit, (name, farthest)


@torch.no_grad()
def check_model(run, folder, rows, extracted):
    model, report = AutoModelForSequenceClassification.from_pretrained(folder, dtype=torch.float32, output_loading_info=True)
    assert not any(report.values()), report
    model.eval()
    tokenizer = AutoTokenizer.from_pretrained(folder)
    place = {"first": 0, "last": -1}[run["model"]["pooling"]]
    states, right = [], 0
    for text, _, label in rows:
        fed = tokenizer(text, truncation=True, max_length=run["options"]["maxLength"], return_tensors="pt")
        found = model(input_ids=fed["input_ids"], attention_mask=fed["attention_mask"], output_hidden_states=True)
        states.append(torch.stack([state[0, place] for state in found.hidden_states]).numpy())
        right += run["data"]["labels"][int(found.logits.argmax())] == label
    states = np.stack(states).astype(np.float64)
    far = np.linalg.norm(states - extracted, axis=2) / np.linalg.norm(states, axis=2)
    near("hidden states, relative", far, 0 * far, 1e-5)
    [reduced] = run["reduced"]
    own = reduced["measurement"]["fineTuned"]["scores"]["accuracy"]
    near("accuracy of its own head", own, right / len(rows), 0)
    print(f"  accuracy of its own head {own:.6f}")


class Probes:
    """The run's probes, trained by PyTorch one by one."""

    def __init__(self, run, x, labels):
        options = run["options"]
        assert options["lambda1"] == options["lambda2"] and len(options["seeds"]) == 1
        self.fixed = dict(epochs=options["epochs"], seed=options["seeds"][0], rate=options["learningRate"],
                          penalties=options["lambda1"], size=options["batchSize"])
        self.refined = run["protocol"] == "refined"
        counts = np.cumsum([0, *(run["data"]["instances"][part] for part in PARTS)])
        self.rows = {part: slice(*counts[at : at + 2]) for at, part in enumerate(PARTS)}
        self.outputs, self.labels = len(run["data"]["labels"]), labels
        train = x[self.rows["train"]].astype(np.float64).reshape(counts[1], -1)
        self.mean, self.deviation = train.mean(0), train.std(0)
        standard, self.constant = standardise(x, counts[1])
        self.x = standard if self.refined else x.reshape(len(x), -1)

    def train(self, neurons):
        """Weight, bias, and the share of each part that is answered right."""
        x = np.ascontiguousarray(self.x[:, neurons])
        train, dev = (x[self.rows[part]] for part in PARTS[:2])
        gold = [self.labels[self.rows[part]] for part in PARTS[:2]]
        weight, bias, _ = fit(train, gold[0], self.outputs, (dev, gold[1]) if self.refined else None, **self.fixed)
        right = (x @ weight.T + bias).argmax(1) == self.labels
        return weight, bias, [right[self.rows[part]].mean() for part in PARTS]

    def folded(self, weight, bias, neurons):
        """For raw activations (protocols.md section 12)."""
        if not self.refined:
            return weight, bias
        scale = np.where(self.constant, 1, self.deviation)[neurons]
        raw = np.where(self.constant[neurons], 0, weight / scale)
        return raw, bias - raw @ self.mean[neurons]


def shares(scores):
    return [scores[part]["accuracy"]["mean"] for part in PARTS]


def check_layers(run, probes, hidden):
    layers = run["model"]["layers"] + 1
    of = lambda first, last: np.arange(first * hidden, (last + 1) * hidden)
    single = [probes.train(of(layer, layer))[2] for layer in range(layers)]
    stacks = [probes.train(of(0, layer))[2] for layer in range(layers)]
    # A share of rows whose two classes lie within float32 of each other.
    near("accuracy of layers alone", [shares(own) for own in run["layers"]["individual"]], single, 0.003)
    near("accuracy of layers 0 to k", [shares(own) for own in run["layers"]["concatenated"]], stacks, 0.003)
    return [dev for _, dev, _ in stacks]


def cka(x):
    layers = [layer.astype(np.float64) - layer.mean(0, dtype=np.float64) for layer in x.swapaxes(0, 1)]
    size = lambda a, b: np.linalg.norm(a.T @ b)
    none = [constant(layer) for layer in x.swapaxes(0, 1)]
    return [[None if none[i] or none[j] else size(a, b) ** 2 / size(a, a) / size(b, b) for j, b in enumerate(layers)]
            for i, a in enumerate(layers)]


def check_measures(run, train):
    near("CKA", run["cka"]["biased"], cka(train), 1e-9)
    expected, found = geometry(train.astype(np.float64)), run["geometry"]
    for name in ("blockInfluence", "angularDistance", "participationRatio", "effectiveRank", "matrixEntropy"):
        near(name, found[name], expected[name], 1e-6 * np.nanmax(np.array(expected[name], float)))
    few = train[:FEW].astype(np.float64)
    near("mutual neighbours", run["mutualNeighbours"]["shares"], neighbours(few), 1e-4)
    near("intrinsic dimension", run["intrinsicDimension"]["layers"], [dimension(layer) for layer in few.swapaxes(0, 1)], 1e-6)


class Clusters:
    """Of the train rows; representatives are drawn on and on."""

    def __init__(self, probes, train, drawn):
        self.flat, self.probes, self.drawn = train.reshape(len(train), -1), probes, drawn

    def check(self, entry, count):
        """The neurons that are left."""
        if entry["threshold"] == -1:
            return np.arange(count)
        constants = self.probes.constant[:count]
        known = np.flatnonzero(~constants) if self.probes.refined else np.arange(count)
        r = correlation(self.flat[:, known])
        r[constants[known]] = r[:, constants[known]] = 0
        np.fill_diagonal(r, 1)
        labels = np.zeros(count, int)
        labels[known] = fcluster(linkage(squareform(1 - np.abs(r), checks=False), "average"), entry["threshold"], "distance")
        assert (labels == entry["labels"]).all(), "clusters"
        chosen = []
        for cluster in range(1, labels.max() + 1):
            members = np.flatnonzero(labels[known] == cluster)
            of = np.abs(r[np.ix_(members, members)]).mean(1).round(9)
            chosen.append(known[members[of.argmax()]] if self.probes.refined else self.drawn.choice(known[members]))
        assert list(chosen) == entry["representatives"], "representatives"
        print(f"  c = {entry['threshold']}: {labels.max()} clusters of {count} neurons, the same")
        return np.array(chosen)


def check_selection(run, probes, clusters, dev, hidden):
    for entry in run["selection"]:
        deltas, kept = entry["deltas"], entry["minimalSet"]
        print(f"  losses {deltas['layers']}:{deltas['neurons']}, threshold {entry['threshold']}, {kept['size']} neurons")
        top = next((k for k, own in enumerate(dev) if own > (1 - deltas["layers"] / 100) * dev[-1]), len(dev) - 1)
        assert top == entry["topLayer"], (top, entry["topLayer"])
        left = clusters.check(entry, (top + 1) * hidden)
        assert sorted(left) == sorted(entry["ordering"]), "neurons that are left"
        weight, _, base = probes.train(left)
        near("    accuracy of the base", shares(entry["base"]), base, 0.003)
        size = dict(zip(left, np.abs(weight).max(0)))
        near("    what the base leans on", entry["weights"], [size[own] for own in entry["ordering"]], 2e-3 * max(size.values()))
        neurons = np.array([own["layer"] * hidden + own["index"] for own in kept["neurons"]])
        assert list(neurons) == entry["ordering"][: kept["size"]], "minimal set"
        least = (1 - deltas["neurons"] / 100) * shares(entry["base"])[1]
        tried = {own["neurons"]: shares(own)[1] for own in entry["sizes"]}
        assert tried[kept["size"]] > least or kept["size"] == len(left), "the set is enough"
        assert all(own <= least for count, own in tried.items() if count < kept["size"]), "a smaller one is not"
        # Of all that are left it is the base's own probe, in their first order.
        own = left if kept["size"] == len(left) else neurons
        weight, bias, scores = probes.train(own)
        near("    accuracy of the minimal set", shares(kept), scores, 0.003)
        raw, shift = probes.folded(weight, bias, own)
        raw = raw[:, [list(own).index(neuron) for neuron in neurons]]
        found = floats(kept["probe"]["weight"]).reshape(raw.shape)
        near("    its kept probe, weights", found, raw, 2e-3 * np.abs(raw).max())
        near("    its kept probe, bias", floats(kept["probe"]["bias"]), shift, 2e-3 * max(1, np.abs(shift).max()))


def main(run, model, data, train, dev):
    transformers.utils.logging.disable_progress_bar()
    # Rows and small probes one by one: more threads would only wait for one another.
    torch.set_num_threads(1)
    run = json.loads(run.read_text())
    print(f"{run['model']['name']}, {run['protocol']}")
    test_rows, test = sentences(data / "dev.tsv", run["data"]["task"]), load_file(dev)["activations"]
    check_model(run, model, test_rows, test)
    rows, x = sentences(data / "train.tsv", run["data"]["task"]), load_file(train)["activations"]
    drawn, order = np.random.RandomState(SPLIT), np.arange(len(x))
    drawn.shuffle(order)
    names = run["data"]["labels"]
    labels = np.array([names.index(rows[row][2]) for row in order] + [names.index(label) for _, _, label in test_rows])
    x = np.concatenate([x[order], test])
    probes, hidden = Probes(run, x, labels), run["model"]["hidden"]
    known = x[probes.rows["train"]]
    check_measures(run, known)
    best = check_layers(run, probes, hidden)
    check_selection(run, probes, Clusters(probes, known, drawn), best, hidden)


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
