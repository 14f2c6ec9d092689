"""Checks the activation files that Winnow writes with the libraries that others will read them with.

    pip install --no-deps -r test/reference/requirements.txt
    python tools/goldens/check_activations.py

Lets Node write every format into a temporary folder, then reads them with h5py, numpy, safetensors and NeuroX's own
loader, and compares every number, bit by bit, with test/fixtures/activations/values.safetensors.
"""
import importlib.util
import json
import subprocess
import sys
import tempfile
import types
from pathlib import Path

import h5py
import numpy as np
from safetensors.numpy import load_file

ROOT = Path(__file__).resolve().parents[2]
FIXTURES = ROOT / "test/fixtures/activations"


class Tensor(np.ndarray):
    """All that NeuroX's loader asks of torch, which is gigabytes: float32 numbers that say `numpy()`."""

    def numpy(self):
        return np.asarray(self)


def loader():
    """NeuroX's loader alone: the rest of the package would load transformers."""
    torch = types.ModuleType("torch")
    torch.FloatTensor = lambda numbers: np.asarray(numbers, np.float32).view(Tensor)
    sys.modules["torch"] = torch
    package = Path(importlib.util.find_spec("neurox").submodule_search_locations[0])
    spec = importlib.util.spec_from_file_location("neurox_loader", package / "data/loader.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.load_activations


def same(what, found, expected):
    found = np.ascontiguousarray(found)
    assert found.dtype == expected.dtype and found.shape == expected.shape, (what, found.dtype, found.shape)
    assert found.tobytes() == expected.tobytes(), what
    print(f"ok  {what}  {found.dtype} {list(found.shape)}")


def check_neurox(path, values, sentences, exact):
    activations, layers = loader()(str(path))
    assert layers == values.shape[1] and len(activations) == len(sentences)
    assert [len(own) for own in activations] == [len(words) for words in sentences]
    flat = np.concatenate(activations).reshape(values.shape).astype(np.float32)
    same(f"NeuroX's loader, {path.suffix}", flat, exact)


def main():
    golden = load_file(FIXTURES / "values.safetensors")
    values, lengths = golden["words"], golden["lengths"]
    sentences = json.loads((FIXTURES / "words.json").read_text())
    with tempfile.TemporaryDirectory() as folder:
        command = ["node", "--import", "tsx", "tools/goldens/write_activations.ts", folder]
        subprocess.run(command, check=True, cwd=ROOT)
        written = {path.suffix: path for path in Path(folder).iterdir()}

        with h5py.File(written[".hdf5"]) as ours, h5py.File(FIXTURES / "neurox.hdf5") as neurox:
            assert list(ours) == list(neurox)
            for name in ours:
                assert ours[name].dtype == neurox[name].dtype and ours[name].shape == neurox[name].shape, name
            assert json.loads(ours["sentence_to_index"][0]) == json.loads(neurox["sentence_to_index"][0])
            arrays = [ours[str(index)][:].transpose(1, 0, 2) for index in range(len(sentences))]
        same("h5py, names and index as NeuroX's", np.concatenate(arrays), values)
        check_neurox(written[".hdf5"], values, sentences, values)
        check_neurox(written[".json"], values, sentences, values)

        array = np.load(written[".npy"])
        same("numpy .npy", array, values)
        arrays = np.load(written[".npz"])
        same("numpy .npz activations", arrays["activations"], values)
        same("numpy .npz lengths", arrays["lengths"], lengths)
        assert json.loads(arrays["words"].tobytes()) == sentences
        tensors = load_file(written[".safetensors"])
        same("safetensors activations", tensors["activations"], values)
        same("safetensors lengths", tensors["lengths"], lengths)
        assert json.loads(tensors["words"].tobytes()) == sentences


if __name__ == "__main__":
    main()
