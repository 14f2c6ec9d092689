"""Makes test/fixtures/activations: activation files as NeuroX's own writer makes them, and the numbers in them.

    pip install --no-deps neurox==1.0.9
    python tools/goldens/activations.py

Four sentences of 3 layers with 5 neurons (two of them the same sentence, one whose words end like NeuroX's mark of a
repeated sentence), and six sentences of one classification token each. `neurox.*` come from NeuroX's writer;
`half.hdf5` holds float16 as later NeuroX writes it with dtype="float16", `packed.hdf5` chunked, shuffled and gzipped
numbers; both name only the last of equal sentences, as writers before NeuroX did. Needs h5py, numpy, safetensors.
"""
import importlib.util
import json
from pathlib import Path

import h5py
import numpy as np
from safetensors.numpy import save_file

OUT = Path(__file__).resolve().parents[2] / "test/fixtures/activations"
LAYERS, HIDDEN = 3, 5
SENTENCES = [
    ["No", "naïve", "sentence"],
    ["He", 'said', '"yes\\no"', "."],
    ["No", "naïve", "sentence"],
    ["12", "(Occurrence", "2)"],
]


def writer():
    """NeuroX's writer alone: the rest of the package would load torch and transformers."""
    package = Path(importlib.util.find_spec("neurox").submodule_search_locations[0])
    spec = importlib.util.spec_from_file_location("neurox_writer", package / "data/writer.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.ActivationsWriter


def activations(seed, sentences):
    """One [layers, tokens, hidden] a sentence; the first holds what float32 has at its edges."""
    rng = np.random.RandomState(seed)
    made = [rng.randn(LAYERS, len(words), HIDDEN).astype(np.float32) for words in sentences]
    made[0][1, 0] = [0.0, -0.0, 1e-45, 3.4028235e38, -1.17549435e-38]
    return made


def write_neurox(name, sentences, arrays):
    for ending in ("hdf5", "json"):
        file = writer().get_writer(str(OUT / f"{name}.{ending}"))
        for index, (words, array) in enumerate(zip(sentences, arrays)):
            file.write_activations(index, words, array)
        file.close()


def write_hdf5(name, sentences, arrays, to_index, **options):
    with h5py.File(OUT / f"{name}.hdf5", "w") as file:
        for index, array in enumerate(arrays):
            file.create_dataset(str(index), data=array, **options)
        text = file.create_dataset("sentence_to_index", (1,), dtype=h5py.special_dtype(vlen=str))
        text[0] = json.dumps(to_index)


def rows(arrays):
    """[rows, layers, hidden]"""
    return np.ascontiguousarray(np.concatenate([array.transpose(1, 0, 2) for array in arrays]))


def rounded(values):
    """What comes back from text with eight decimals."""
    return np.array([round(float(value), 8) for value in values.ravel()], np.float32).reshape(values.shape)


def main():
    OUT.mkdir(parents=True, exist_ok=True)
    words = activations(5, SENTENCES)
    classification = activations(6, [["[CLS]"]] * 6)
    write_neurox("neurox", SENTENCES, words)
    write_neurox("neurox-sentences", [["[CLS]"]] * 6, classification)

    half = [array.clip(-60000, 60000).astype(np.float16) for array in words]
    names = {" ".join(sentence): str(index) for index, sentence in enumerate(SENTENCES)}
    write_hdf5("half", SENTENCES, half, names)
    write_hdf5("packed", SENTENCES, words, names, chunks=(1, 2, HIDDEN), compression="gzip", shuffle=True)

    flat = rows(words)
    np.save(OUT / "rows.npy", flat)
    np.save(OUT / "flat-double.npy", flat.reshape(len(flat), -1).astype(np.float64))
    np.save(OUT / "fortran.npy", np.asfortranarray(flat))
    np.save(OUT / "big-endian.npy", flat.astype(">f4"))
    save_file(
        {
            "words": flat,
            "words.json": rounded(flat),
            "words.half": rows(half).astype(np.float32),
            "sentences": rows(classification),
            "sentences.json": rounded(rows(classification)),
            "lengths": np.array([len(sentence) for sentence in SENTENCES], np.int32),
        },
        OUT / "values.safetensors",
    )
    (OUT / "words.json").write_text(json.dumps(SENTENCES) + "\n")


if __name__ == "__main__":
    main()
