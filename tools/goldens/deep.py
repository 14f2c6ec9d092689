"""A made case of twelve layers of which four suffice: a BERT with random weights, and labels that a plane through its
fourth layer's classification token gives. What the smaller model of such a run saves is measured with it.

    python tools/goldens/deep.py OUT     (torch, transformers; texts and tokenizer are the demo's)
    npm run analyze -- --model OUT/model --data OUT/data --task sst-2 --out RUN --reduce SMALLER --timing
"""

import shutil
import sys
from pathlib import Path

import torch
from transformers import AutoTokenizer, BertConfig, BertModel

DEMO = Path(__file__).parents[2] / "public/demo/reviews"
LAYERS, HIDDEN, SUFFICES = 12, 128, 4


def texts_of(name: str) -> list[str]:
    lines = (DEMO / name).read_text(encoding="utf-8").splitlines()[1:]
    return [line.split("\t")[0] for line in lines]


@torch.no_grad()
def vectors(model: BertModel, tokenizer, texts: list[str]) -> torch.Tensor:
    found = []
    for start in range(0, len(texts), 64):
        batch = tokenizer(texts[start : start + 64], padding=True, truncation=True, max_length=64, return_tensors="pt")
        found.append(model(**batch, output_hidden_states=True).hidden_states[SUFFICES][:, 0])
    return torch.cat(found)


def main(out: Path) -> None:
    torch.manual_seed(0)
    (out / "model").mkdir(parents=True)
    (out / "data").mkdir()
    tokenizer = AutoTokenizer.from_pretrained(DEMO)
    config = BertConfig(
        vocab_size=len(tokenizer),
        hidden_size=HIDDEN,
        num_hidden_layers=LAYERS,
        num_attention_heads=4,
        intermediate_size=4 * HIDDEN,
        max_position_embeddings=128,
        # Wide enough that a layer says something else than the one below it.
        initializer_range=0.15,
    )
    model = BertModel(config, add_pooling_layer=False).eval()
    model.save_pretrained(out / "model")
    for name in ("tokenizer.json", "tokenizer_config.json"):
        shutil.copy(DEMO / name, out / "model" / name)
    train, dev = (texts_of(name) for name in ("train.tsv", "dev.tsv"))
    known = vectors(model, tokenizer, train)
    centre, scale = known.mean(0), known.std(0) + 1e-6
    plane = torch.randn(HIDDEN)
    for name, texts, found in (("train", train, known), ("dev", dev, vectors(model, tokenizer, dev))):
        sides = ((found - centre) / scale) @ plane
        rows = "".join(f"{text}\t{int(side > 0)}\n" for text, side in zip(texts, sides.tolist()))
        (out / "data" / f"{name}.tsv").write_text(f"sentence\tlabel\n{rows}", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
