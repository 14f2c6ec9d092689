"""Makes test/fixtures/architectures/heads.json: what transformers' own classes answer with the heads of the tiny models.

    python tools/goldens/heads.py

Of each model that config.json names a class with a head of: the class, and the logits of each golden row alone, of a row
or of every token. Needs torch, transformers, safetensors.
"""
import json
import shutil
import tempfile
from pathlib import Path

import torch
import transformers

FIXTURES = Path(__file__).resolve().parents[2] / "test/fixtures"
SEGMENTS = ("bert", "electra", "albert", "xlnet", "deberta-v2")


def folders():
    """Name, folder as transformers opens it, rows."""
    for name in ("bert", "bert-fp16", "bert-bf16", "modernbert", "gpt2", "llama", "qwen3", "deberta-v2", "deberta-v3"):
        folder = FIXTURES / "models" / name
        yield name, folder, json.loads((folder / "golden.json").read_text())["texts"]
    for name in ("distilbert-sinusoid", "mpnet", "xlnet-clamp", "camembert", "electra-wide"):
        own = FIXTURES / "architectures"
        with tempfile.TemporaryDirectory() as folder:
            shutil.copy(own / f"{name}.config.json", Path(folder) / "config.json")
            shutil.copy(own / f"{name}.safetensors", Path(folder) / "model.safetensors")
            yield name, folder, json.loads((own / f"{name}.json").read_text())["rows"]


def main():
    answers = {}
    for name, folder, rows in folders():
        config = transformers.AutoConfig.from_pretrained(folder)
        model_class = getattr(transformers, config.architectures[0])
        model = model_class.from_pretrained(folder, dtype=torch.float32).eval()
        logits = []
        for row in rows:
            fed = {"input_ids": torch.tensor([row["ids"]])}
            if config.model_type in SEGMENTS:
                fed["token_type_ids"] = torch.tensor([row["type_ids"]])
            with torch.no_grad():
                logits.append([round(value, 6) for value in model(**fed).logits.flatten().tolist()])
        answers[name] = {"class": model_class.__name__, "logits": logits}
    text = json.dumps(answers, separators=(",", ":"))
    (FIXTURES / "architectures/heads.json").write_text(text + "\n")


if __name__ == "__main__":
    main()
