"""Makes test/fixtures/exports: the tiny models as PyTorch's two exporters and ONNX Runtime's optimiser write them.

    python tools/goldens/exports.py

Reads config.json and model.safetensors of test/fixtures/models/{bert,roberta,xlnet,modernbert,gpt2}; the hidden states that the tests
compare with are those models' golden.safetensors. Writes test/fixtures/exports/<name>/.
"""

import json
import shutil
import tempfile
import warnings
from pathlib import Path

import onnx
import torch
from onnx import numpy_helper
from onnxconverter_common.float16 import convert_float_to_float16
from onnxruntime.transformers.optimizer import optimize_model
from safetensors.torch import save_file
from transformers import AutoModel, AutoModelForSequenceClassification

warnings.filterwarnings("ignore")
fixtures = Path(__file__).parent.parent.parent / "test" / "fixtures"
models, exports = fixtures / "models", fixtures / "exports"


class Positional(torch.nn.Module):
    """The model as a function of tensors: the older exporter takes no keywords."""

    def __init__(self, model, names, outputs):
        super().__init__()
        self.model, self.names, self.outputs = model, names, outputs

    def forward(self, *tensors):
        result = self.model(**dict(zip(self.names, tensors)), output_hidden_states=self.outputs == "hidden")
        if self.outputs == "hidden":
            return (result.last_hidden_state, *result.hidden_states)
        return result.logits if self.outputs == "logits" else result.last_hidden_state


def inputs_for(name):
    ids = torch.tensor([[5, 6, 7, 8, 9, 10, 11], [12, 13, 14, 15, 16, 17, 18]])
    mask = torch.ones_like(ids)
    mask[1, 5:] = 0
    inputs = {"input_ids": ids, "attention_mask": mask, "token_type_ids": torch.zeros_like(ids)}
    if name in ("roberta", "modernbert", "gpt2"):
        del inputs["token_type_ids"]
    return inputs


def unmasked(name, to):
    """As torch.onnx.export leaves it when it is given token ids alone."""
    older(name, "last", 14, to, {"input_ids": inputs_for(name)["input_ids"]})


def load(name, outputs, **changes):
    kind = AutoModelForSequenceClassification if outputs == "logits" else AutoModel
    torch.manual_seed(0)
    return kind.from_pretrained(models / name, attn_implementation="eager", **changes).eval()


def older(name, outputs, opset, to, inputs=None):
    """torch.onnx's TorchScript exporter, as Optimum calls it."""
    inputs = inputs or inputs_for(name)
    model = Positional(load(name, outputs), list(inputs), outputs)
    layers = model.model.config.num_hidden_layers
    hidden = ["last_hidden_state", *(f"hidden_states.{layer}" for layer in range(layers + 1))]
    names = {"hidden": hidden, "logits": ["logits"], "last": ["last_hidden_state"]}[outputs]
    export(model, inputs, names, opset, to)


def export(model, inputs, names, opset, to):
    to.parent.mkdir(parents=True, exist_ok=True)
    torch.onnx.export(
        model,
        tuple(inputs.values()),
        str(to),
        dynamo=False,
        opset_version=opset,
        input_names=list(inputs),
        output_names=names,
        dynamic_axes={key: {0: "batch_size", 1: "sequence_length"} for key in [*inputs, *names] if key != "logits"},
    )


def newer(name, to):
    """The exporter that PyTorch now takes by default; the weights beside the graph, in model.onnx.data."""
    inputs = inputs_for(name)
    batch, length = torch.export.Dim("batch"), torch.export.Dim("length")
    to.parent.mkdir(parents=True, exist_ok=True)
    torch.onnx.export(
        load(name, "last"),
        (),
        str(to),
        kwargs=inputs,
        dynamo=True,
        dynamic_shapes={key: {0: batch, 1: length} for key in inputs},
        external_data=True,
        verbose=False,
    )


def optimised(source, to):
    """Fused into Attention, EmbedLayerNormalization and SkipLayerNormalization."""
    to.parent.mkdir(parents=True, exist_ok=True)
    optimize_model(str(source), model_type="bert", num_heads=4, hidden_size=32).save_model_to_file(str(to))


def halved(source, to):
    """All weights and arithmetic in float16. The embeddings are made as small as BERT's (0.02; here 0.25): that changes no
    hidden state, since their sum is normalised, but whoever normalises with another epsilon is thousandths off."""
    model = onnx.load(str(source))
    for tensor in model.graph.initializer:
        if tensor.name.endswith("_embeddings.weight"):
            small = numpy_helper.to_array(tensor) * 0.08
            tensor.CopyFrom(numpy_helper.from_array(small, tensor.name))
    to.parent.mkdir(parents=True, exist_ok=True)
    onnx.save(convert_float_to_float16(model, keep_io_types=True), str(to))


def causal(to):
    """BERT whose tokens see only those before them, with hidden states of rows as they stand in its golden.json."""
    model = load("bert", "last", is_decoder=True)
    inputs = inputs_for("bert")
    model.config.use_cache = False
    export(Positional(model, list(inputs), "last").eval(), inputs, ["last_hidden_state"], 14, to)
    model.eval()
    hidden = {}
    for index, row in enumerate(json.loads((models / "bert" / "golden.json").read_text())["texts"]):
        ids, types = torch.tensor([row["ids"]]), torch.tensor([row["type_ids"]])
        with torch.no_grad():
            states = model(input_ids=ids, token_type_ids=types, output_hidden_states=True).hidden_states
        hidden[f"hidden.{index}"] = torch.cat(states).contiguous()
    save_file(hidden, to.parent / "golden.safetensors")
    model.config.save_pretrained(to.parent)


def forget_origin(path):
    """Takes out where each node stood in whose source: paths of the machine that exported."""
    model = onnx.load(str(path), load_external_data=False)
    graph = model.graph
    for part in [model, graph, *graph.node, *graph.value_info, *graph.initializer, *graph.input, *graph.output]:
        part.ClearField("metadata_props")
        part.ClearField("doc_string")
    path.write_bytes(model.SerializeToString())


def main():
    shutil.rmtree(exports, ignore_errors=True)
    older("bert", "logits", 14, exports / "bert-decomposed" / "model.onnx")
    older("bert", "hidden", 17, exports / "bert-hidden" / "model.onnx")
    optimised(exports / "bert-decomposed" / "model.onnx", exports / "bert-optimised" / "model.onnx")
    halved(exports / "bert-decomposed" / "model.onnx", exports / "bert-float16" / "model.onnx")
    older("roberta", "hidden", 14, exports / "roberta-hidden" / "model.onnx")
    unmasked("roberta", exports / "roberta-unmasked" / "model.onnx")
    causal(exports / "bert-causal" / "model.onnx")
    newer("roberta", exports / "roberta-external" / "model.onnx")
    older("xlnet", "last", 14, exports / "xlnet-decomposed" / "model.onnx")
    older("modernbert", "last", 17, exports / "modernbert-decomposed" / "model.onnx")
    older("gpt2", "last", 17, exports / "gpt2-decomposed" / "model.onnx")
    for path in sorted(exports.glob("*/model.onnx")):
        forget_origin(path)
        print(path.parent.name, path.stat().st_size, sorted({node.op_type for node in onnx.load(str(path)).graph.node}))


main()
