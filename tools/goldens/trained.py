"""Trains a small ModernBERT and a small Qwen 3 on SST-2, on the CPU, from random weights and with tokenizers of its own.

    python tools/goldens/trained.py DATA OUT [NAME …] [--rows N] [--epochs N]

DATA is the folder of SST-2. Writes OUT/modernbert and OUT/qwen3 as transformers saves them, a minute and a half each on two quiet cores, and
prints their accuracy on dev. `check_run.py` holds whole runs of Winnow on them against the libraries. Needs torch, transformers.
"""
import argparse
import sys
from pathlib import Path

import torch
from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers
from transformers import (ModernBertConfig, ModernBertForSequenceClassification, PreTrainedTokenizerFast, Qwen3Config,
                          Qwen3ForSequenceClassification)

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "demo"))
from make_text import read_tsv
from train import LONGEST, Schedule, to_batch, train_model

VOCABULARY = 4000
#: Qwen's own words.
SPLIT = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
SHAPE = dict(hidden_size=128, num_hidden_layers=6, num_attention_heads=4, max_position_embeddings=LONGEST,
             initializer_range=0.05, id2label={0: "negative", 1: "positive"}, label2id={"negative": 0, "positive": 1})


def learn(texts, special, pre_tokenizer):
    """Byte-level BPE."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer, tokenizer.decoder = pre_tokenizer, decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    tokenizer.train_from_iterator(texts, trainers.BpeTrainer(
        vocab_size=VOCABULARY, initial_alphabet=alphabet, special_tokens=special, show_progress=False))
    tokenizer.enable_truncation(LONGEST)
    return tokenizer


def modernbert(texts):
    """Near tokens only in four layers of six."""
    special = ["[UNK]", "[CLS]", "[SEP]", "[PAD]", "[MASK]"]
    tokenizer = learn(texts, special, pre_tokenizers.ByteLevel(add_prefix_space=False))
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B [SEP]", special_tokens=[("[CLS]", 1), ("[SEP]", 2)])
    names = dict(unk_token="[UNK]", cls_token="[CLS]", sep_token="[SEP]", pad_token="[PAD]", mask_token="[MASK]")
    config = ModernBertConfig(vocab_size=tokenizer.get_vocab_size(), cls_token_id=1, sep_token_id=2, bos_token_id=1,
                              eos_token_id=2, pad_token_id=3, intermediate_size=192, local_attention=8, **SHAPE)
    return ModernBertForSequenceClassification, config, tokenizer, names


def qwen3(texts):
    """Two heads of keys for four of queries; the last token answers, behind a map without bias."""
    words = [pre_tokenizers.Split(Regex(SPLIT), "isolated"),
             pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)]
    tokenizer = learn(texts, ["<|endoftext|>"], pre_tokenizers.Sequence(words))
    tokenizer.normalizer = normalizers.NFC()
    names = dict(eos_token="<|endoftext|>", pad_token="<|endoftext|>")
    config = Qwen3Config(vocab_size=tokenizer.get_vocab_size(), pad_token_id=0, eos_token_id=0, bos_token_id=None,
                         num_key_value_heads=2, head_dim=32, intermediate_size=256, use_cache=False, **SHAPE)
    return Qwen3ForSequenceClassification, config, tokenizer, names


MODELS = {"modernbert": modernbert, "qwen3": qwen3}


@torch.no_grad()
def accuracy(model, tokenizer, rows):
    right = 0
    for start in range(0, len(rows), 64):
        texts, labels = zip(*rows[start : start + 64])
        batch = to_batch([e.ids for e in tokenizer.encode_batch(list(texts))], model.config.pad_token_id)
        right += int((model(**batch).logits.argmax(1) == torch.tensor(labels)).sum())
    return right / len(rows)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"which models: {', '.join(MODELS)} (both)")
    parser.add_argument("--rows", type=int, help="the first so many train rows alone")
    parser.add_argument("--epochs", type=int, default=1)
    asked = parser.parse_args()
    rows, dev = read_tsv(asked.data / "train.tsv")[: asked.rows], read_tsv(asked.data / "dev.tsv")
    for name in asked.names or MODELS:
        print(name, flush=True)
        kind, config, tokenizer, names = MODELS[name]([text for text, _ in rows])
        torch.manual_seed(0)
        model = kind(config)
        train_model(model, tokenizer, rows, Schedule(asked.epochs, 64, 1e-3, seed=0), config.pad_token_id)
        print(f"  dev accuracy {accuracy(model, tokenizer, dev):.6f}", flush=True)
        folder = asked.out / name
        model.save_pretrained(folder)
        PreTrainedTokenizerFast(tokenizer_object=tokenizer, model_max_length=LONGEST, **names).save_pretrained(folder)


if __name__ == "__main__":
    main()
