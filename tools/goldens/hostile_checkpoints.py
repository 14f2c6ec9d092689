"""Makes test/fixtures/checkpoints/hostile/*.bin: checkpoints that attack whoever loads them. Nothing here is run.

    python tools/goldens/hostile_checkpoints.py

run-*: pickles that would run code in Python. pickle-*: pickles with huge counts, memo and nesting tricks, instructions
that tensors do not need. tensor-*: tensors that claim more than there is. zip-*: archives that are bombs, lie or are
damaged. legacy-*: the same in the format before PyTorch 1.6. Needs torch.
"""
import builtins
import functools
import io
import os
import pickle
import struct
import subprocess
import zipfile
from pathlib import Path

import torch

OUT = Path(__file__).resolve().parents[2] / "test/fixtures/checkpoints/hostile"
HUGE = 2**60
STOP = b"."


class Call:
    """Pickles as a call of a function, which unpickling would make."""

    def __init__(self, function, *args):
        self.call = function, args

    def __reduce__(self):
        return self.call


def write(name, data):
    (OUT / f"{name}.bin").write_bytes(data)


def archive(pickled, *more, method=zipfile.ZIP_STORED, order=b"little"):
    """A checkpoint of this data.pkl and further (name, bytes) entries."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        file.writestr("m/data.pkl", pickled, compress_type=method)
        file.writestr("m/byteorder", order)
        for name, data in more:
            file.writestr(f"m/{name}", data)
    return out.getvalue()


def text(value):
    data = value.encode()
    return b"X" + struct.pack("<I", len(data)) + data


def long8(value):
    return b"\x8a\x08" + struct.pack("<q", value)


def tensor(key="0", elements=4, offset=0, shape=(4,), strides=(1,), kind="FloatStorage"):
    """The instructions that put one tensor down."""
    sizes = lambda values: b"(" + b"".join(long8(value) for value in values) + b"t"
    storage = b"(" + text("storage") + b"ctorch\n" + kind.encode() + b"\n" + text(key) + text("cpu") + long8(elements) + b"tQ"
    args = storage + long8(offset) + sizes(shape) + sizes(strides) + b"\x89ccollections\nOrderedDict\n)R"
    return b"ctorch._utils\n_rebuild_tensor_v2\n(" + args + b"tR"


def state(*instructions):
    """A pickled dictionary with one entry, `w`."""
    return b"\x80\x02}(" + text("w") + b"".join(instructions) + b"u" + STOP


def runs():
    calls = {
        "os-system": Call(os.system, "touch pwned"),
        "eval": Call(builtins.eval, "__import__('os').system('touch pwned')"),
        "exec": Call(builtins.exec, "import os"),
        "getattr": Call(getattr, Call(__import__, "os"), "system"),
        "nested-reduce": Call(functools.partial(print).__class__, Call(os.system, Call(str, "touch pwned"))),
        "subprocess": Call(subprocess.check_output, ["touch", "pwned"]),
    }
    for name, call in calls.items():
        out = io.BytesIO()
        torch.save({"w": call}, out)
        write(f"run-{name}", out.getvalue())
        out = io.BytesIO()
        torch.save({"w": call}, out, _use_new_zipfile_serialization=False)
        write(f"legacy-{name}", out.getvalue())
    write("run-build", archive(state(b"ctorch\nFloatStorage\n}" + text("__setstate__") + b"Nsb")))
    write("run-storage-type", archive(state(tensor(kind="FloatStorage").replace(b"ctorch\nFloatStorage", b"cos\nsystem"))))
    write("run-protocol-0", b"cos\nsystem\n(S'touch pwned'\ntR.")
    write("run-plain-pickle", pickle.dumps(Call(os.system, "touch pwned"), 4))
    write("run-long-name", archive(state(b"c" + b"a" * 900 + b"\nb\n")))


def pickles():
    cases = {
        "binunicode8": b"\x8d" + struct.pack("<Q", HUGE) + b"abc",
        "binunicode": b"X" + struct.pack("<I", 2**32 - 1) + b"abc",
        "long4": b"\x8b" + struct.pack("<I", 2**31 - 1) + b"\xff" * 64,
        "long1": b"\x8a\xff" + b"\x7f" * 255,
        "frame": b"\x95" + struct.pack("<Q", HUGE) + b"N",
        "binbytes8": b"\x8e" + struct.pack("<Q", HUGE) + b"abc",
        "binput": b"Nr\xff\xff\xff\xff" + b"j\xfe\xff\xff\xff",
        "get-before-put": b"h\x07",
        "underflow": b"N000R",
        "mark-underflow": b"NNt",
        "tuple-over-mark": b"N(\x85",
        "append-to-none": b"NNa",
        "items-to-list": b"](NNu",
        "odd-items": b"}(NNNu",
        "call-of-none": b"N)R",
        "call-of-dtype": b"ctorch\nfloat32\n)R",
        "persistent-text": text("0") + b"Q",
        "endless-name": b"c" + b"a" * 5000,
        "inst": b"(ios\nsystem\n",
        "obj": b"(cos\nsystem\nNo",
        "extension": b"\x82\x01",
        "newobj": b"ccollections\nOrderedDict\n)\x81",
        "bad-utf8": b"X\x02\x00\x00\x00\xff\xfe",
        "protocol-9": b"\x80\x09N",
        "no-stop": b"N" * 50,
        "ordered-dict-of-pairs": b"ccollections\nOrderedDict\n(](NNtatR",
    }
    for name, instructions in cases.items():
        data = b"\x80\x02" + instructions + (b"" if name == "no-stop" else STOP)
        write(f"pickle-{name}", archive(data))
        if name in ("frame", "binunicode8", "no-stop"):
            write(f"legacy-{name}", data)
    # Each level holds the one before ten times: 10 to the 40th values for whoever walks them all.
    laughs = b"\x80\x02]q\x00" + b"".join(b"](" + b"h%c" % level * 10 + b"eq%c" % (level + 1) for level in range(40))
    write("pickle-memo-bomb", archive(laughs + STOP))
    write("pickle-memo-bomb-state", archive(state(laughs[2:])))
    depth = 40_000
    write("pickle-deep-lists", archive(b"\x80\x02" + b"]" * depth + b"a" * (depth - 1) + STOP))
    write("pickle-deep-tuples", archive(b"\x80\x02)" + b"\x85" * depth + STOP))
    write("pickle-deep-marks", archive(b"\x80\x02" + b"(" * depth + b"t" * depth + STOP))
    write("pickle-own-self", archive(b"\x80\x02]q\x00h\x00a" + STOP))


def tensors():
    data = ("data/0", bytes(16))
    cases = {
        "huge-elements": tensor(elements=HUGE),
        "huge-shape": tensor(shape=(2**40, 2**20), strides=(2**20, 1)),
        "huge-offset": tensor(offset=2**50),
        "negative-shape": tensor(shape=(-4,)),
        "negative-offset": tensor(offset=-1),
        "huge-stride": tensor(shape=(2, 2), strides=(2**50, 1)),
        "no-strides": tensor(strides=()),
        "many-axes": tensor(shape=(1,) * 65, strides=(1,) * 65),
        "absent": tensor(key="1"),
        "elsewhere": tensor(key="../../secret"),
        "too-small": tensor(elements=5, shape=(5,)),
    }
    for name, instructions in cases.items():
        write(f"tensor-{name}", archive(state(instructions), data))
    double = tensor() + text("v") + tensor(kind="DoubleStorage")
    write("tensor-two-types", archive(state(double), data))
    write("tensor-none", archive(state(b"N")))


def patched(data, signature, offset, pack, value):
    """`data` with a number in the last record of this signature replaced."""
    at = data.rindex(signature) + offset
    return data[:at] + struct.pack(pack, value) + data[at + struct.calcsize(pack) :]


def zips():
    data = ("data/0", bytes(16))
    good = archive(state(tensor()), data)
    directory, end = b"PK\x01\x02", b"PK\x05\x06"
    write("zip-deflated", archive(state(tensor()) + bytes(64 * 2**20), data, method=zipfile.ZIP_DEFLATED))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_BZIP2) as file, file.open("m/data.pkl", "w", force_zip64=True) as entry:
        for _ in range(4 * 2**10):
            entry.write(bytes(2**20))
    write("zip-4-gigabytes", out.getvalue())
    write("zip-cut", good[:-40])
    write("zip-cut-inside", good[: len(good) // 2])
    write("zip-only-start", good[:4])
    write("zip-huge-entry", patched(patched(good, directory, 20, "<I", 2**31), directory, 24, "<I", 2**31))
    write("zip-far-entry", patched(good, directory, 42, "<I", 2**31))
    write("zip-wrong-entry", patched(good, directory, 42, "<I", 3))
    write("zip-many-entries", patched(patched(good, end, 8, "<H", 65534), end, 10, "<H", 65534))
    write("zip-huge-directory", patched(good, end, 12, "<I", 2**32 - 2))
    extra = struct.pack("<4sQHHIIQQQQ", b"PK\x06\x06", 44, 45, 45, 0, 0, HUGE, HUGE, HUGE, 0)
    locator = struct.pack("<4sIQI", b"PK\x06\x07", 0, good.rindex(end), 1)
    full = struct.pack("<4sHHHHIIH", end, 0, 0, 65535, 65535, 2**32 - 1, 2**32 - 1, 0)
    write("zip-2-to-the-60-entries", good[: good.rindex(end)] + extra + locator + full)
    write("zip-overlap", overlapping())
    write("zip-twice", archive(state(tensor()), data, data))
    write("zip-big-endian", archive(state(tensor()), data, order=b"big"))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        file.writestr("arr_0.npy", b"\x93NUMPY")
    write("zip-numpy", out.getvalue())
    write("zip-rubbish", b"PK\x03\x04" + bytes(range(256)) * 4)


def overlapping():
    """Two hundred entries that share the same bytes."""
    good = archive(state(tensor()), ("data/0", bytes(16)))
    start, end = good.index(b"PK\x01\x02"), good.rindex(b"PK\x05\x06")
    record = good[good.rindex(b"PK\x01\x02") : end]
    records = good[start:end] + b"".join(record.replace(b"m/data/0", b"m/dat%03d" % i) for i in range(200))
    tail = struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, 203, 203, len(records), start, 0)
    return good[:start] + records + tail


def legacy():
    out = io.BytesIO()
    torch.save({"w": torch.ones(4)}, out, _use_new_zipfile_serialization=False)
    good = out.getvalue()
    write("legacy-cut", good[:-5])
    write("legacy-cut-inside", good[:200])
    write("legacy-wrong-count", good[:-24] + struct.pack("<q", HUGE) + good[-16:])
    write("legacy-no-magic", pickle.dumps({"w": [1.0, 2.0]}, 2))
    write("legacy-big-endian", good.replace(b"little_endianq\x02\x88", b"little_endianq\x02\x89"))
    write("protobuf", b"\x08\x07\x12\x07pytorch\x1a\x052.1.0\x3a\xff\xff\xff\xff\x0f" + bytes(64))
    write("rubbish", bytes((i * 37 + 11) % 256 for i in range(3000)))
    write("empty-pickle", b"\x80\x02")


def main():
    OUT.mkdir(parents=True, exist_ok=True)
    for make in (runs, pickles, tensors, zips, legacy):
        make()


main()
