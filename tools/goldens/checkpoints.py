"""Makes test/fixtures/models/bert-bin-sharded and test/fixtures/checkpoints/*.bin: what torch.save writes.

    python tools/goldens/checkpoints.py

bert-bin-sharded: the weights of test/fixtures/models/bert in two files with an index, as transformers 4 saved them.
forms-zip.bin, forms-legacy.bin: one state dict in every form a tensor may take (views, tied, transposed, all number
formats, parameters, scalars, empty), with `_metadata`. nested.bin: a training checkpoint, the state dict under
"model_state_dict", written in pickle protocol 4. untyped.bin: float8 and uint16, which have no storage type of their
own. harmless-*.bin: one tensor beside what
training scripts save. scattered.bin: a BERT of one layer (config in scattered.json) whose query weight is stored transposed, and
scattered-pooler.bin: one whose pooler is. forms.json: shape and float32 values of every tensor. Needs torch, safetensors, transformers.
"""
import argparse
import collections
import datetime
import json
import shutil
from collections import OrderedDict
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file
from transformers import BertConfig, BertModel
from transformers.trainer_utils import IntervalStrategy

FIXTURES = Path(__file__).resolve().parents[2] / "test/fixtures"
OUT = FIXTURES / "checkpoints"


def sharded():
    folder = FIXTURES / "models/bert-bin-sharded"
    folder.mkdir(exist_ok=True)
    state = load_file(FIXTURES / "models/bert/model.safetensors")
    names = sorted(state)
    weight_map = {}
    for number, part in enumerate((names[: len(names) // 2], names[len(names) // 2 :]), start=1):
        file = f"pytorch_model-{number:05d}-of-00002.bin"
        torch.save({name: state[name] for name in part}, folder / file)
        weight_map |= dict.fromkeys(part, file)
    size = sum(tensor.numel() * tensor.element_size() for tensor in state.values())
    index = {"metadata": {"total_size": size}, "weight_map": weight_map}
    (folder / "pytorch_model.bin.index.json").write_text(json.dumps(index, indent=2) + "\n")
    shutil.copy(FIXTURES / "models/bert/config.json", folder)


def forms():
    torch.manual_seed(1)
    base = torch.randn(6, 4)
    state = OrderedDict(
        matrix=base,
        tied=base,
        rows=base[2:5],
        column_of_one=base[3:4, :].t(),
        transposed=base.t(),
        strided=base[::2],
        expanded=torch.tensor([[1.5], [2.5]]).expand(2, 3),
        parameter=torch.nn.Parameter(torch.randn(3)),
        scalar=torch.tensor(-2.25),
        empty=torch.zeros(0, 5),
        half=torch.randn(2, 3).half(),
        bfloat=torch.randn(2, 3).bfloat16(),
        double=torch.randn(2).double(),
        long=torch.tensor([-(2**40), 7]),
        int=torch.tensor([-5, 2**30], dtype=torch.int32),
        short=torch.tensor([-3, 9], dtype=torch.int16),
        char=torch.tensor([-1, 4], dtype=torch.int8),
        byte=torch.tensor([255, 1], dtype=torch.uint8),
        bool=torch.tensor([True, False]),
        complex=torch.tensor([1 + 2j]),
    )
    state["__proto__"] = torch.tensor([4.0])
    state._metadata = OrderedDict({"": {"version": 1}})
    return state


def scattered():
    config = BertConfig(
        vocab_size=8, hidden_size=4, num_hidden_layers=1, num_attention_heads=2, intermediate_size=8, max_position_embeddings=4
    )
    state = BertModel(config).state_dict()
    for name, file in (("encoder.layer.0.attention.self.query", "scattered"), ("pooler.dense", "scattered-pooler")):
        transposed = state[f"{name}.weight"].t().contiguous().t()
        torch.save(state | {f"{name}.weight": transposed}, OUT / f"{file}.bin")
    (OUT / "scattered.json").write_text(config.to_json_string(use_diff=False))


def harmless():
    """What training scripts save beside tensors, by both ways of pickling."""
    things = {
        "args": argparse.Namespace(lr=1e-5, out=Path("out/run"), device=torch.device("cpu"), betas=(0.9, 0.999)),
        "best": np.float64(0.91),
        "steps": np.int64(400),
        "dtype": np.dtype("float32"),
        "history": np.arange(6, dtype=np.float32).reshape(2, 3),
        "labels": {"pos", "neg"},
        "frozen": frozenset({1, 2}),
        "saved": datetime.datetime(2020, 1, 2, 3, 4, 5),
        "took": datetime.timedelta(seconds=5),
        "counts": collections.Counter("aab"),
        "by_layer": collections.defaultdict(list, {"a": [1]}),
        "recent": collections.deque([1, 2], maxlen=3),
        "config": BertConfig(hidden_size=4, num_attention_heads=2),
        "strategy": IntervalStrategy("epoch"),
        "raw": b"bytes",
        "z": 1 + 2j,
    }
    state = {"w": torch.tensor([[1.5, -2.0]])}
    for protocol in (2, 4):
        torch.save({"state_dict": state} | things, OUT / f"harmless-{protocol}.bin", pickle_protocol=protocol)
    # Beside the tensors themselves, in a dictionary with a factory.
    plain = {name: value for name, value in things.items() if name != "by_layer"}
    torch.save(collections.defaultdict(list, state | plain), OUT / "harmless-top.bin")


def main():
    OUT.mkdir(parents=True, exist_ok=True)
    sharded()
    scattered()
    harmless()
    state = forms()
    torch.save(state, OUT / "forms-zip.bin")
    torch.save(state, OUT / "forms-legacy.bin", _use_new_zipfile_serialization=False)
    nested = {"epoch": 3, "lr": 1e-4, "model_state_dict": {"w": state["rows"]}, "best": None, "steps": [1, 2**40]}
    torch.save(nested, OUT / "nested.bin", pickle_protocol=4)
    small = {"float8": torch.tensor([1.0, -2.0]).to(torch.float8_e4m3fn), "word": torch.tensor([7], dtype=torch.uint16)}
    torch.save(small, OUT / "untyped.bin")
    golden = {}
    for name, tensor in state.items():
        values = [] if tensor.is_complex() else tensor.detach().float().reshape(-1).tolist()
        golden[name] = {"shape": list(tensor.shape), "contiguous": tensor.is_contiguous(), "values": values}
    (OUT / "forms.json").write_text(json.dumps(golden, indent=1) + "\n")


main()
