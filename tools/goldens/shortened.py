"""Makes test/fixtures/architectures/shortened.safetensors: tiny models without layers that follow one another.

    python tools/goldens/shortened.py

Layers FIRST + 1 to FIRST + LENGTH are deleted from the ModuleList of a model of test/fixtures/models; every layer that is
left keeps its own kind of attention. `NAME.FIRST.LENGTH.ROW` [tokens, hidden] is the last hidden state that transformers
computes for one of the first golden rows alone. T5's bias by distance, which is stored with the first layer and shared by all, stays.
Needs torch, transformers, safetensors.
"""
import json
from pathlib import Path

import torch
import transformers
from safetensors.torch import save_file

FIXTURES = Path(__file__).resolve().parents[2] / "test/fixtures"
SEGMENTS = ("bert", "xlnet", "deberta-v2")
ROWS = 3
CASES = {
    "bert": [(1, 1), (0, 2)],
    "xlnet": [(1, 1), (0, 1)],
    "nomic-bert": [(0, 1)],
    "deberta-v2": [(0, 1), (1, 2)],
    "t5-encoder": [(0, 1), (1, 2), (2, 2)],
    "gpt2": [(1, 2), (2, 2)],
    "llama": [(1, 2)],
    "modernbert": [(0, 1), (1, 2), (3, 1)],
    "gemma3": [(1, 1), (0, 3)],
}


def layers_of(base):
    """The module that holds the layers, and its attribute's name."""
    inside = getattr(base, "encoder", base)
    for module, name in ((inside, "layer"), (inside, "layers"), (inside, "block"), (inside, "h")):
        if isinstance(getattr(module, name, None), torch.nn.ModuleList):
            return module, name
    raise ValueError(f"no layers in {type(base).__name__}")


def shortened(folder, first, length):
    config = transformers.AutoConfig.from_pretrained(folder)
    model = getattr(transformers, config.architectures[0]).from_pretrained(folder, dtype=torch.float32).eval()
    base = getattr(model, model.base_model_prefix, model)
    module, name = layers_of(base)
    layers = list(getattr(module, name))
    kept = [index for index in range(len(layers)) if not first <= index < first + length]
    if config.model_type == "t5" and kept[0] != 0:
        own, shared = layers[kept[0]].layer[0].SelfAttention, layers[0].layer[0].SelfAttention
        own.has_relative_attention_bias, own.relative_attention_bias = True, shared.relative_attention_bias
    setattr(module, name, torch.nn.ModuleList(layers[index] for index in kept))
    if getattr(base.config, "layer_types", None):
        base.config.layer_types = [base.config.layer_types[index] for index in kept]
    base.config.use_cache = False
    for count in ("num_hidden_layers", "n_layer", "num_layers"):
        if hasattr(base.config, count):
            setattr(base.config, count, len(kept))
    return base, config.model_type


def main():
    states = {}
    for name, blocks in CASES.items():
        folder = FIXTURES / "models" / name
        texts = json.loads((folder / "golden.json").read_text())["texts"][:ROWS]
        for first, length in blocks:
            base, model_type = shortened(folder, first, length)
            for row, text in enumerate(texts):
                known = dict(token_type_ids=torch.tensor([text["type_ids"]])) if model_type in SEGMENTS else {}
                with torch.inference_mode():
                    given = base(input_ids=torch.tensor([text["ids"]]), output_hidden_states=True, **known)
                assert torch.equal(given.hidden_states[-1], given[0]), name
                states[f"{name}.{first}.{length}.{row}"] = given[0][0].contiguous()
    save_file(states, FIXTURES / "architectures/shortened.safetensors")
    print(len(states), "hidden states")


if __name__ == "__main__":
    main()
