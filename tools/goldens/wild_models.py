"""Makes test/fixtures/wild/lora and test/fixtures/wild/encoders: weights as people have them, and what PyTorch computes.

    python tools/goldens/wild_models.py

lora: base/ (a tiny BERT with a task head), adapter/ (what PEFT saves of a LoRA on it: two modules with ranks and alphas of
their own, the word embeddings among them), unmerged.bin and old.bin (the state dict of the wrapped model, as PEFT names it
now and before 0.5), adapter_config.json (of both), loralib.bin, plain/ (an adapter with one rank, scaled by its root).
encoders: two BERTs in one file as DPR saves them, and a teacher under another key than the student. golden.safetensors:
NAME.I [layers + 1, tokens, hidden] of row I alone; rows.json has the ids. Needs torch, transformers, peft, safetensors.
"""
import copy
import json
import shutil
from pathlib import Path

import torch
from peft import LoraConfig, get_peft_model
from safetensors.torch import save_file
from transformers import BertConfig, BertForSequenceClassification, BertModel

OUT = Path(__file__).resolve().parents[2] / "test/fixtures/wild"
CONFIG = dict(vocab_size=60, hidden_size=16, num_hidden_layers=2, num_attention_heads=2, intermediate_size=24, max_position_embeddings=64)
LENGTHS = (1, 9, 24)


def spread(model, seed):
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for name, weights in model.named_parameters():
            noise = torch.randn(weights.shape, generator=generator)
            weights.copy_(1 + 0.3 * noise if "norm.weight" in name.lower() else 0.3 * noise)
    return model.eval()


def rows():
    generator = torch.Generator().manual_seed(9)
    return [torch.randint(2, 60, (length,), generator=generator).tolist() for length in LENGTHS]


def hidden(bert, name):
    with torch.inference_mode():
        return {
            f"{name}.{index}": torch.cat(bert(input_ids=torch.tensor([ids]), output_hidden_states=True).hidden_states).contiguous()
            for index, ids in enumerate(rows())
        }


def tuned(base, **options):
    torch.manual_seed(3)
    config = LoraConfig(r=4, lora_alpha=12, target_modules=["query", "value", "word_embeddings"], task_type="SEQ_CLS", **options)
    model = get_peft_model(copy.deepcopy(base), config)
    generator = torch.Generator().manual_seed(4)
    with torch.no_grad():
        for name, weights in model.named_parameters():
            if "lora_" in name:
                weights.copy_(0.2 * torch.randn(weights.shape, generator=generator))
    return model.eval()


def lora():
    folder = OUT / "lora"
    base = spread(BertForSequenceClassification(BertConfig(**CONFIG)), 1)
    base.save_pretrained(folder / "base")
    golden = hidden(base.bert, "base")
    patterns = dict(rank_pattern={"layer.1.attention.self.query": 2}, alpha_pattern={"layer.0.attention.self.value": 3})
    for name, options in (("adapter", patterns), ("plain", dict(use_rslora=True))):
        model = tuned(base, **options)
        model.save_pretrained(folder / name)
        (folder / name / "README.md").unlink(missing_ok=True)
        config = json.loads((folder / name / "adapter_config.json").read_text()) | {"base_model_name_or_path": "tiny-bert"}
        (folder / name / "adapter_config.json").write_text(json.dumps(config, indent=1) + "\n")
        golden |= hidden(model.base_model.model.bert, name)
        if name == "adapter":
            state = model.state_dict()
            # Merging below changes the tensors themselves.
            unmerged = {key: value.clone() for key, value in state.items()}
            torch.save(state, folder / "unmerged.bin")
            torch.save({key.replace(".base_layer.", "."): value for key, value in state.items()}, folder / "old.bin")
            shutil.copy(folder / name / "adapter_config.json", folder)
            merged = model.merge_and_unload()
            golden |= {f"merged.{key}": value for key, value in hidden(merged.bert, "adapter").items()}
    # As sentence-transformers saves a wrapped encoder (sentence-transformers #3402).
    sentence = {f"0.auto_model.base_model.model.{key.removeprefix('base_model.model.bert.')}": value
                for key, value in unmerged.items() if ".bert." in key}
    torch.save(sentence, folder / "sentence.bin")
    # Two adapters at once (peft #2422).
    second = {key.replace(".default", ".second"): value for key, value in unmerged.items() if "lora_" in key}
    torch.save(unmerged | second, folder / "two.bin")
    # A Trainer's or Lightning's checkpoint around a module called `model` (pytorch-lightning #17604).
    torch.save({"epoch": 1, "state_dict": {f"model.{key}": value for key, value in base.state_dict().items()},
                "optimizer_states": [{"state": {0: {"exp_avg": torch.ones(3)}}}]}, folder / "lightning.bin")
    state = base.state_dict() | {
        "bert.encoder.layer.0.attention.self.query.lora_A": torch.ones(4, 16),
        "bert.encoder.layer.0.attention.self.query.lora_B": torch.ones(16, 4),
    }
    torch.save(state, folder / "loralib.bin")
    save_file(golden, folder / "golden.safetensors")


def encoders():
    folder = OUT / "encoders"
    folder.mkdir(parents=True, exist_ok=True)
    config = BertConfig(**CONFIG)
    config.architectures = ["BertModel"]
    config.save_pretrained(folder)
    question, context = spread(BertModel(config), 5), spread(BertModel(config), 6)
    named = {f"question_model.{key}": value for key, value in question.state_dict().items()}
    named |= {f"ctx_model.{key}": value for key, value in context.state_dict().items()}
    torch.save({"model_dict": named, "epoch": 3, "optimizer_dict": {"state": {0: {"exp_avg": torch.ones(2)}}}}, folder / "dpr.pt")
    torch.save({"student": context.state_dict(), "teacher": question.state_dict()}, folder / "distilled.pt")
    save_file(hidden(question, "question") | hidden(context, "context"), folder / "golden.safetensors")


def main():
    OUT.mkdir(parents=True, exist_ok=True)
    lora()
    encoders()
    (OUT / "rows.json").write_text(json.dumps(rows()) + "\n")


main()
