"""Makes test/fixtures/tables: one table of made-up rows as pyarrow, csv, json and gzip write it.

    python tools/goldens/tables.py

rows.json: columns and rows [text, pair or null, label, score, flag]. reviews.*.parquet: three row groups in every codec,
pages of format 2, without dictionaries; delta.parquet is in an encoding that Winnow refuses, lists.parquet has a column of
lists beside text. tagged.json: words and tags of sentences, one of them empty, one null; tagged.*.parquet: these as lists,
the tags as numbers whose names stand in the metadata as `datasets` writes it, in pages of format 1 (several a chunk) and 2;
shards/: the same in two files. Needs pyarrow.
"""
import csv
import gzip
import json
import random
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

OUT = Path(__file__).resolve().parents[2] / "test/fixtures/tables"
COLUMNS = ["text", "pair", "label", "score", "flag"]
WORDS = ["rain", "fell", "on", "the", "café", "roof", "“now”", "2 %", "naïve", "日本", "🌾", 'so "quiet"', "yes, and", "tab"]
ROWS = 120


def rows():
    rng = random.Random(5)
    for i in range(ROWS):
        text = " ".join(rng.choice(WORDS) for _ in range(rng.randint(1, 8)))
        if i % 17 == 3:
            text += "\nsecond line"
        pair = None if i % 11 == 5 else " ".join(rng.choice(WORDS) for _ in range(3))
        yield [text, pair, rng.randint(0, 2), round(rng.uniform(0, 5), 3), rng.random() < 0.5]


def parquet(table, name, **options):
    pq.write_table(table, OUT / f"{name}.parquet", **{"row_group_size": 50, "compression": "snappy", **options})


def tagged():
    rng = random.Random(8)
    names = ["NOUN", "VERB", "DET", "PUNCT"]
    sentences = [[[rng.choice(WORDS[:12]), rng.randrange(4)] for _ in range(rng.randint(1, 9))] for _ in range(ROWS)]
    sentences[7], sentences[60] = [], None
    column = lambda place: [None if one is None else [pair[place] for pair in one] for one in sentences]
    words, tags = column(0), column(1)
    named = [None if one is None else [names[tag] for tag in one] for one in tags]
    text = json.dumps({"tokens": words, "pos_tags": named}, ensure_ascii=False)
    (OUT / "tagged.json").write_text(text + "\n", encoding="utf-8")
    features = {
        "id": {"dtype": "string", "_type": "Value"},
        "tokens": {"feature": {"dtype": "string", "_type": "Value"}, "_type": "Sequence"},
        "pos_tags": {"feature": {"names": names, "_type": "ClassLabel"}, "_type": "Sequence"},
    }
    table = pa.table({"id": [str(i) for i in range(ROWS)], "tokens": words, "pos_tags": tags})
    table = table.replace_schema_metadata({"huggingface": json.dumps({"info": {"features": features}})})
    parquet(table, "tagged.v1", data_page_size=200, write_batch_size=8)
    parquet(table, "tagged.v2", data_page_version="2.0", compression="zstd")
    parquet(table, "tagged.plain", use_dictionary=False)
    (OUT / "shards").mkdir(exist_ok=True)
    parquet(table.slice(0, 70), "shards/train-00000-of-00002")
    parquet(table.slice(70), "shards/train-00001-of-00002")


def main():
    OUT.mkdir(parents=True, exist_ok=True)
    data = list(rows())
    (OUT / "rows.json").write_text(json.dumps({"columns": COLUMNS, "rows": data}, ensure_ascii=False) + "\n", encoding="utf-8")
    table = pa.table({name: [row[i] for row in data] for i, name in enumerate(COLUMNS)})
    for codec in ("none", "snappy", "gzip", "brotli", "zstd", "lz4"):
        parquet(table, f"reviews.{codec}", compression=codec)
    parquet(table, "reviews.v2", data_page_version="2.0")
    parquet(table, "reviews.plain", use_dictionary=False)
    parquet(table, "delta", use_dictionary=False, column_encoding={"text": "DELTA_BYTE_ARRAY"})
    lists = {"tokens": [row[0].split() for row in data], "text": [row[0] for row in data], "label": [row[2] for row in data]}
    parquet(pa.table(lists), "lists")

    tagged()

    for name, dialect in (("comma", {}), ("semicolon", {"delimiter": ";", "lineterminator": "\n"})):
        with open(OUT / f"reviews.{name}.csv", "w", newline="", encoding="utf-8") as file:
            csv.writer(file, **dialect).writerows([COLUMNS, *data])
    lines = [json.dumps(dict(zip(COLUMNS, row)), ensure_ascii=bool(i % 2)) + "\n" for i, row in enumerate(data)]
    (OUT / "reviews.jsonl").write_text("".join(lines), encoding="utf-8")
    (OUT / "reviews.jsonl.gz").write_bytes(gzip.compress("".join(lines).encode(), mtime=0))


if __name__ == "__main__":
    main()
