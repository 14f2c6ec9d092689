"""Makes the page's embedded demos from nothing: text, tokenizer, model, manifest.

    python tools/demo/make_demo.py [NAME …] [--out public/demo] [--check]

Writes DIR/index.json and, of each demo NAME (all of them unless some are named), DIR/NAME/{data files, tokenizer.json,
tokenizer_config.json, config.json, model.safetensors, manifest.json}. The stored result (result.json) is not made here:
it is Winnow's own. ``--check`` makes nothing, but probes every layer of the demos that are there.
"""

import argparse
import json
from pathlib import Path
from types import ModuleType

import torch

import reviews
import word_roles

#: Folder → what makes and checks it, in the order in which the page offers them.
DEMOS: dict[str, ModuleType] = {"reviews": reviews, "word-roles": word_roles}


def write_json(path: Path, value: object) -> None:
    path.write_text(json.dumps(value, indent=2, ensure_ascii=False) + "\n", encoding="utf-8", newline="\n")


# A demo is a hosted result (src/publication/hosted.ts), of which everything is shown.
SECTIONS = ["layers", "similarity", "clusters", "neurons", "savings", "made"]
REVEALED = ["texts", "words", "labels", "names", "files", "hashes", "device", "notices", "probes"]
# What `npm run demo` writes of its smaller model.
SMALLER = ["winnow.json", "onnx/model.onnx", "config.json", "tokenizer.json", "tokenizer_config.json"]


def make(out: Path, name: str) -> None:
    demo = DEMOS[name]
    folder = out / name
    folder.mkdir(parents=True, exist_ok=True)
    demo.make(folder)
    (folder / "model.safetensors").chmod(0o644)
    files = [
        {"path": file, "bytes": (folder / file).stat().st_size, "role": demo.ROLES.get(file, "model")}
        for file in demo.FILES
    ]
    record = {
        **{"format": "winnow-publication", "version": 1, "id": name, "title": demo.TITLE, "note": demo.NOTE},
        **{"sections": SECTIONS, "opensIn": "result", "revealed": REVEALED, "task": demo.TITLE, "columns": None},
        **{"files": files, "smaller": SMALLER},
    }
    write_json(folder / "manifest.json", record)
    write_json(out / "index.json", {"results": [*DEMOS]})


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    default = Path(__file__).resolve().parents[2] / "public" / "demo"
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"which demos: {', '.join(DEMOS)} (all)")
    parser.add_argument("--out", type=Path, default=default, help="folder of the demos")
    parser.add_argument("--check", action="store_true", help="only probe the demos that are there")
    arguments = parser.parse_args()
    unknown = [name for name in arguments.names if name not in DEMOS]
    if unknown:
        parser.error(f"no demo is called {', '.join(unknown)}; there are {', '.join(DEMOS)}")
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    for name in arguments.names or DEMOS:
        print(name, flush=True)
        if not arguments.check:
            make(arguments.out, name)
        DEMOS[name].check(arguments.out / name)


if __name__ == "__main__":
    main()
