"""Checks what Winnow writes around the graph of a reduced model with the libraries that open it.

    python tools/goldens/check_reduced.py

Lets Node write into a temporary folder (write_reduced.ts), then: every kind of tokenizer, as AutoTokenizer,
PreTrainedTokenizerFast and the tokenizers library open it, gives the ids of test/fixtures/tokenizers/golden.json for
thousands of odd texts; the class of transformers of every tiny model and layer loads with no key missing or left over
and gives the linear map on the golden hidden states to 1e-4; configs are of the model's true type; cards have YAML in front.
Needs torch, transformers, tokenizers, safetensors, PyYAML.
"""
import json
import logging
import subprocess
import tempfile
from pathlib import Path

import numpy as np
import torch
import transformers
import yaml
from safetensors.numpy import load_file
from tokenizers import Tokenizer
from transformers import (AutoConfig, AutoModelForSequenceClassification, AutoModelForTokenClassification,
                          AutoTokenizer, PreTrainedTokenizerFast)

ROOT = Path(__file__).resolve().parents[2]
FIXTURES = ROOT / "test/fixtures"
SEGMENTS = ("bert", "electra", "albert", "xlnet")
LIMIT = 1e-4


def digest(ids):
    value = 7
    for own in ids:
        value = (value * 31 + own + 1) % 2147483647
    return value


def check_tokenizer(folder, texts, hashes):
    by_library = {
        "AutoTokenizer": lambda: AutoTokenizer.from_pretrained(folder)(texts)["input_ids"],
        "PreTrainedTokenizerFast": lambda: PreTrainedTokenizerFast.from_pretrained(folder)(texts)["input_ids"],
        "tokenizers": lambda: [own.ids for own in Tokenizer.from_file(str(folder / "tokenizer.json")).encode_batch(texts)],
    }
    for library, read in by_library.items():
        different = [text for text, ids, known in zip(texts, read(), hashes) if digest(ids) != known]
        assert not different, (folder.name, library, len(different), different[:3])
    print(f"ok  {folder.name}  {len(texts)} texts, {', '.join(by_library)}")


def golden(name):
    """Rows and hidden states [layers + 1, tokens, hidden] of each."""
    own = FIXTURES / "models" / name
    if own.exists():
        rows, path = json.loads((own / "golden.json").read_text())["texts"], own / "golden.safetensors"
    else:
        own = FIXTURES / "architectures"
        rows, path = json.loads((own / f"{name}.json").read_text())["rows"], own / f"{name}.golden.safetensors"
    tensors = load_file(path)
    stem = name if f"{name}.0" in tensors else "hidden"
    return rows, [tensors[f"{stem}.{index}"] for index in range(len(rows))]


def check_model(folder):
    head = json.loads((folder / "head.json").read_text())
    config = AutoConfig.from_pretrained(folder)
    assert config.model_type == head["type"], (folder.name, config.model_type)
    assert config.num_labels == 3 and config.id2label[2] == "</third>", folder.name
    front = (folder / "README.md").read_text().split("---\n")[1]
    assert yaml.safe_load(front)["library_name"] == "transformers", folder.name
    auto = AutoModelForTokenClassification if head["labelling"] else AutoModelForSequenceClassification
    model, report = auto.from_pretrained(folder, output_loading_info=True)
    assert not any(report.values()), (folder.name, report)
    model.eval()
    neurons, bias = np.array(head["neurons"]), np.array(head["bias"])
    weight = np.array(head["weight"]).reshape(len(bias), -1)
    worst = 0.0
    for row, hidden in zip(*golden(head["name"])):
        width = hidden.shape[2]
        expected = hidden[neurons // width, :, neurons % width].T @ weight.T + bias
        if not head["labelling"]:
            expected = expected[-1] if config.model_type == "xlnet" else expected[0]
        fed = {"input_ids": torch.tensor([row["ids"]])}
        if config.model_type in SEGMENTS and getattr(config, "type_vocab_size", 2) > 1:
            fed["token_type_ids"] = torch.tensor([row["type_ids"]])
        with torch.no_grad():
            worst = max(worst, float(np.abs(model(**fed).logits[0].numpy() - expected).max()))
    assert worst <= LIMIT, (folder.name, worst)
    return worst


def main():
    transformers.logging.set_verbosity_error()
    transformers.utils.logging.disable_progress_bar()
    logging.disable(logging.WARNING)
    tokens = json.loads((FIXTURES / "tokenizers/golden.json").read_text())
    with tempfile.TemporaryDirectory() as name:
        out = Path(name)
        subprocess.run(["node", "--import", "tsx", "tools/goldens/write_reduced.ts", name], cwd=ROOT, check=True)
        for own, expected in tokens["tokenizers"].items():
            check_tokenizer(out / "tokenizers" / own, tokens["texts"], expected["hashes"])
        worst = {}
        for folder in sorted((out / "models").iterdir()):
            model = folder.name.split(".")[0]
            worst[model] = max(worst.get(model, 0), check_model(folder))
        for model, error in worst.items():
            print(f"ok  {model}  classes of every layer within {error:.1e}")


if __name__ == "__main__":
    main()
