"""Parquet files as Hugging Face's `datasets` writes them, with −1 where a label is not given: an entailment set whose
classes have names (datasets #296, #1963), a test part whose labels are kept secret, and few bytes that are many rows.

Writes test/fixtures/wild/*.parquet. Needs pyarrow. Command: python tools/goldens/wild_tables.py
"""
import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

FOLDER = Path(__file__).resolve().parents[2] / "test/fixtures/wild"


def write(name: str, columns: dict, classes: list[str]) -> None:
    features = {key: {"dtype": "string", "_type": "Value"} for key in columns if key != "label"}
    features["label"] = {"names": classes, "_type": "ClassLabel"}
    table = pa.table(columns)
    table = table.replace_schema_metadata({"huggingface": json.dumps({"info": {"features": features}})})
    pq.write_table(table, FOLDER / name)


def main() -> None:
    rows = range(40)
    pairs = {"premise": [f"a dog runs over field {i}" for i in rows], "hypothesis": [f"an animal moves {i}" for i in rows]}
    labels = [-1 if i % 8 == 0 else i % 3 for i in rows]
    write("snli.parquet", {**pairs, "label": labels}, ["entailment", "neutral", "contradiction"])
    texts = [f"a film of the year {1980 + i}" for i in rows]
    write("sst2.parquet", {"sentence": texts, "label": [i % 2 for i in rows]}, ["negative", "positive"])
    write("sst2-test.parquet", {"sentence": texts, "label": [-1 for _ in rows]}, ["negative", "positive"])
    many = 6_000_000
    texts = pa.DictionaryArray.from_arrays(pa.array([0] * many, pa.int32()), pa.array(["a film"])).cast(pa.string())
    table = pa.table({"text": texts, "label": pa.array([1] * many)})
    pq.write_table(table, FOLDER / "many-rows.parquet", row_group_size=many, compression="zstd", data_page_size=2**24)


main()
