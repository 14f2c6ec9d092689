"""Makes test/fixtures/wild/activations: activations in the forms that people save them in, and the numbers in them.

    pip install --no-deps neurox==1.0.9
    python tools/goldens/wild_activations.py

Four sentences of 3 layers with 4 neurons: a file a layer from NeuroX's own writer (`decompose_layers`), HDF5 by number
and, as ELMoForManyLangs has it, by sentence, `numpy.savez` and `torch.save` of lists and dictionaries, and vectors of the
subwords of test/fixtures/tokenizers/word-piece-cased with what numpy makes of them word by word. Needs h5py, numpy,
torch, tokenizers.
"""
import json
from pathlib import Path

import h5py
import numpy as np
import torch
from activations import writer as neurox_writer
from tokenizers import Tokenizer

ROOT = Path(__file__).resolve().parents[2]
OUT = ROOT / "test/fixtures/wild/activations"
LAYERS, HIDDEN = 3, 4
SENTENCES = [
    ["The", "film", "is", "unflinchingly", "bleak", "."],
    ["A", "heartwarming", "and/or", "subtle", "joke"],
    ["so", "dull"],
    ["no", "movement", ",", "no", "yuks"],
]


def made(rng, lengths):
    """One [layers, tokens, hidden] a sentence."""
    return [rng.randn(LAYERS, length, HIDDEN).astype(np.float32) for length in lengths]


def rows(arrays):
    """[rows, layers, hidden]"""
    return np.concatenate([array.transpose(1, 0, 2) for array in arrays])


def flat(array):
    return [float(value) for value in np.ravel(array)]


def write_hdf5(name, datasets):
    with h5py.File(OUT / name, "w") as file:
        for key, array in datasets:
            file.create_dataset(key, data=array)


def write_layers(arrays):
    for ending in ("hdf5", "json"):
        writer = neurox_writer().get_writer(str(OUT / f"train.{ending}"), decompose_layers=True)
        for index, (words, array) in enumerate(zip(SENTENCES, arrays)):
            writer.write_activations(index, words, array)
        writer.close()


def write_subwords(rng):
    """Subword vectors with and without special tokens, and those of words as last, first and mean."""
    tokenizer = Tokenizer.from_file(str(ROOT / "test/fixtures/tokenizers/word-piece-cased/tokenizer.json"))
    encodings = [tokenizer.encode(words, is_pretokenized=True) for words in SENTENCES]
    arrays = made(rng, [len(encoding.ids) for encoding in encodings])
    bare = [
        array[:, [place for place, word in enumerate(encoding.word_ids) if word is not None]]
        for array, encoding in zip(arrays, encodings)
    ]
    write_hdf5("subwords.hdf5", [(str(index), array) for index, array in enumerate(arrays)])
    write_hdf5("bare-subwords.hdf5", [(str(index), array) for index, array in enumerate(bare)])
    joins = {"last": lambda of: of[:, -1], "first": lambda of: of[:, 0], "average": lambda of: of.mean(axis=1)}
    words = {}
    for name, join in joins.items():
        words[name] = []
        for array, encoding, sentence in zip(arrays, encodings, SENTENCES):
            for word in range(len(sentence)):
                places = [place for place, of in enumerate(encoding.word_ids) if of == word]
                words[name] += flat(join(array[:, places]))
    return {"tokens": [len(encoding.ids) for encoding in encodings], **words}


def main():
    OUT.mkdir(parents=True, exist_ok=True)
    rng = np.random.RandomState(11)
    arrays = made(rng, [len(words) for words in SENTENCES])
    last = [array[-1] for array in arrays]
    whole = rows(arrays)
    write_layers(arrays)
    write_hdf5("layers.hdf5", [(str(index), array) for index, array in enumerate(arrays)])
    write_hdf5("one-layer.hdf5", [(str(index), array) for index, array in enumerate(last)])
    keys = ["\t".join(words).replace(".", "$period$").replace("/", "$backslash$") for words in SENTENCES]
    write_hdf5("dev.ly-1.hdf5", zip(keys, last))
    np.savez(OUT / "layers.npz", *arrays)
    np.savez(OUT / "one-layer.npz", *last)
    np.savez(OUT / "single.npz", whole)
    np.savez(OUT / "by-layer.npz", **{f"layer_{layer}": whole[:, layer] for layer in range(LAYERS)})
    tensors = [torch.from_numpy(array) for array in arrays]
    torch.save(tensors, OUT / "list.pt")
    torch.save([torch.from_numpy(array) for array in last], OUT / "list-one-layer.pt")
    torch.save({index: tensor for index, tensor in enumerate(tensors)}, OUT / "by-number.pt")
    torch.save({str(index): tensors[index] for index in (2, 0, 3, 1)}, OUT / "by-name.pt")
    torch.save({"embeddings": torch.from_numpy(whole.copy()), "labels": torch.arange(len(whole))}, OUT / "named.pt")
    torch.save({f"layer_{layer}": torch.from_numpy(whole[:, layer].copy()) for layer in range(LAYERS)}, OUT / "by-layer.pt")
    expected = {
        "sentences": SENTENCES,
        "rows": flat(whole),
        "last": flat(whole[:, -1]),
        "subwords": write_subwords(rng),
    }
    (OUT / "expected.json").write_text(json.dumps(expected) + "\n")


if __name__ == "__main__":
    main()
