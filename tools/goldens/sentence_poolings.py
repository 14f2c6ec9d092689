"""What sentence-transformers makes of the tokens of tiny models: the vectors of texts by every pooling, and the files it saves.

    PYTHON tools/goldens/sentence_poolings.py

test/fixtures/sentence-transformers/NAME/: modules.json, 1_Pooling/config.json and the settings beside them as the library
saves them with a model of test/fixtures/models (which are not copied), its pooling the one of `models` below; and
vectors.json, of each of the model's golden texts without a pair the vector by every pooling. Needs torch, transformers,
sentence-transformers.
"""
import json
import shutil
import tempfile
from pathlib import Path

import sentence_transformers
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.modules import Pooling, Transformer

FIXTURES = Path(__file__).resolve().parents[2] / "test/fixtures"
OUT = FIXTURES / "sentence-transformers"

# Model: the pooling that its folder is saved with.
models = {"bert": "mean", "llama": "lasttoken"}
modes = {"first": "cls", "last": "lasttoken", "mean": "mean"}


def built(folder, mode):
    transformer = Transformer(str(folder))
    transformer.auto_model.eval()
    if transformer.tokenizer.pad_token is None:
        transformer.tokenizer.pad_token = transformer.tokenizer.eos_token
    return SentenceTransformer(modules=[transformer, Pooling(transformer.get_word_embedding_dimension(), mode)], device="cpu")


def main():
    for name, own in models.items():
        folder = FIXTURES / "models" / name
        texts = [text["text"] for text in json.loads((folder / "golden.json").read_text())["texts"] if text["pair"] is None]
        vectors = {pooling: built(folder, mode).encode(texts).astype("float64").tolist() for pooling, mode in modes.items()}
        to = OUT / name
        shutil.rmtree(to, ignore_errors=True)
        (to / "1_Pooling").mkdir(parents=True)
        (to / "vectors.json").write_text(json.dumps({"texts": texts, "vectors": vectors}) + "\n")
        with tempfile.TemporaryDirectory() as saved:
            built(folder, own).save(saved)
            for part in ("modules.json", "sentence_bert_config.json", "1_Pooling/config.json"):
                shutil.copy(Path(saved) / part, to / part)
        print(name, len(texts), "texts, sentence-transformers", sentence_transformers.__version__)


main()
