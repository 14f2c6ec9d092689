"""Makes test/fixtures/architectures: tiny encoders of forms that the tiny models of test/fixtures/models do not have.

    python tools/goldens/architectures.py

NAME.config.json and NAME.safetensors as transformers saves them, NAME.json with the ids and type ids of a few rows, and
in NAME.golden.safetensors `hidden.I` [layers + 1, tokens, hidden], what transformers computes for row I alone. Where a
model has inner layers, one hidden state a layer is kept. mpnet-buckets.json: [distance, class] pairs; deberta-rows.json: [distance, row of the table] pairs of 256 buckets. Needs torch, transformers, safetensors.
"""
import json
import tempfile
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from transformers import (AlbertConfig, AlbertForMaskedLM, BertConfig, BertForMaskedLM, CamembertConfig, CamembertForTokenClassification,
                          DistilBertConfig, DistilBertForSequenceClassification, ElectraConfig,
                          ElectraForTokenClassification, MistralConfig, MistralForSequenceClassification, MPNetConfig, MPNetForSequenceClassification, NomicBertConfig, NomicBertForSequenceClassification, XLMRobertaConfig,
                          XLMRobertaForMaskedLM, XLNetConfig, XLNetForSequenceClassification)
from transformers.models.deberta_v2.modeling_deberta_v2 import make_log_bucket_position
from transformers.models.mpnet.modeling_mpnet import MPNetEncoder

OUT = Path(__file__).resolve().parents[2] / "test/fixtures/architectures"
SIZES = dict(vocab_size=60, hidden_size=16, num_hidden_layers=2, num_attention_heads=2, intermediate_size=24)
BERT = dict(SIZES, max_position_embeddings=64)
LENGTHS = (1, 9, 40)


def models():
    """Name, model, whether it knows segments, hidden states a layer."""
    yield "mpnet", MPNetForSequenceClassification(MPNetConfig(**BERT)), False, 1
    yield "camembert", CamembertForTokenClassification(CamembertConfig(**BERT, type_vocab_size=1, hidden_act="relu")), False, 1
    # The padding token stands in every row, as a text may name it: positions leave it out.
    yield "xlm-roberta", XLMRobertaForMaskedLM(XLMRobertaConfig(**BERT, type_vocab_size=1, pad_token_id=5)), False, 1
    yield "electra-wide", ElectraForTokenClassification(ElectraConfig(**BERT, embedding_size=16, hidden_act="gelu_pytorch_tanh")), True, 1
    yield "albert-groups", AlbertForMaskedLM(AlbertConfig(**{**BERT, "num_hidden_layers": 4}, embedding_size=8, num_hidden_groups=2, inner_group_num=2)), True, 2
    distilbert = dict(vocab_size=60, dim=16, n_layers=2, n_heads=2, hidden_dim=24, max_position_embeddings=64)
    yield "distilbert-sinusoid", DistilBertForSequenceClassification(DistilBertConfig(**distilbert, sinusoidal_pos_embds=True)), False, 1
    xlnet = dict(vocab_size=60, d_model=16, n_layer=2, n_head=2, d_inner=24, ff_activation="gelu_new")
    yield "xlnet-clamp", XLNetForSequenceClassification(XLNetConfig(**xlnet, clamp_len=6)), True, 1
    for act in ("gelu_python", "gelu_fast", "silu", "mish", "quick_gelu"):
        yield f"bert-{act.replace('_', '-')}", BertForMaskedLM(BertConfig(**BERT, hidden_act=act)), True, 1
    mistral = MistralConfig(**BERT, num_key_value_heads=1, head_dim=6, sliding_window=4, pad_token_id=0, num_labels=3)
    yield "mistral", MistralForSequenceClassification(mistral), False, 1
    yield "nomic-bert-own-names", NomicBertForSequenceClassification(NomicBertConfig(**BERT, pad_token_id=0)), True, 1


def spread(model, generator):
    """Weights large enough that hidden states differ between rows and layers."""
    with torch.no_grad():
        for name, weights in model.named_parameters():
            noise = torch.randn(weights.shape, generator=generator)
            weights.copy_(1 + 0.3 * noise if "norm.weight" in name.lower() else 0.3 * noise)


def rows(generator, segments):
    for length in LENGTHS:
        ids = torch.randint(2, 60, (length,), generator=generator).tolist()
        ids[length // 3] = 5
        cut = length // 2 if segments else length
        yield ids, [0] * cut + [1] * (length - cut)


def main():
    OUT.mkdir(parents=True, exist_ok=True)
    for seed, (name, model, segments, step) in enumerate(models()):
        generator = torch.Generator().manual_seed(seed)
        spread(model, generator)
        base = getattr(model.eval(), model.base_model_prefix)
        with tempfile.TemporaryDirectory() as folder:
            model.save_pretrained(folder, save_original_format=not name.endswith("own-names"))
            (OUT / f"{name}.config.json").write_text((Path(folder) / "config.json").read_text())
            save_file(load_file(Path(folder) / "model.safetensors"), OUT / f"{name}.safetensors")
        facts, hidden = [], {}
        for index, (ids, types) in enumerate(rows(generator, segments)):
            known = dict(token_type_ids=torch.tensor([types])) if segments else {}
            with torch.inference_mode():
                states = base(input_ids=torch.tensor([ids]), output_hidden_states=True, **known).hidden_states
            hidden[f"hidden.{index}"] = torch.cat(states[::step]).contiguous()
            facts.append(dict(ids=ids, type_ids=types))
        (OUT / f"{name}.json").write_text(json.dumps(dict(rows=facts)) + "\n")
        save_file(hidden, OUT / f"{name}.golden.safetensors")
        print(name, [tuple(state.shape) for state in hidden.values()])
    distances = torch.arange(-300, 301)
    classes = MPNetEncoder.relative_position_bucket(distances)
    far = torch.arange(-600, 601)
    places = torch.clamp(make_log_bucket_position(far, 256, 512).long() + 256, 0, 511)
    (OUT / "deberta-rows.json").write_text(json.dumps(list(zip(far.tolist(), places.tolist()))) + "\n")
    (OUT / "mpnet-buckets.json").write_text(json.dumps(list(zip(distances.tolist(), classes.tolist()))) + "\n")


if __name__ == "__main__":
    main()
