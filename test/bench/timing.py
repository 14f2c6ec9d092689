"""The stopwatch outside: ONNX Runtime of Python runs the very graphs that the page times, on the very batches.

FOLDER holds N.onnx for each depth N, a file for every weight, and feeds.json: for each way to batch the rows, for each
depth, the inputs of every batch. Depths go in turns of random order; the first round is thrown away. Prints JSON: for
each way, for each depth, the median milliseconds of one round.
"""

import argparse
import json
import random
import statistics
import time
from pathlib import Path

import numpy
import onnxruntime

dtypes = {"int64": numpy.int64, "int32": numpy.int32, "float32": numpy.float32, "bool": numpy.bool_}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--repeats", type=int, default=15)
    parser.add_argument("--threads", type=int, default=2)
    args = parser.parse_args()
    ways = json.loads((args.folder / "feeds.json").read_text())
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = args.threads
    depths = sorted({int(depth) for way in ways for depth in way})
    sessions = {
        depth: onnxruntime.InferenceSession(
            str(args.folder / f"{depth}.onnx"), options, providers=["CPUExecutionProvider"]
        )
        for depth in depths
    }
    batches = [
        {
            int(depth): [
                {name: numpy.array(data, dtypes[kind]).reshape(dims) for name, kind, dims, data in batch}
                for batch in own
            ]
            for depth, own in way.items()
        }
        for way in ways
    ]
    times = [{depth: [] for depth in depths} for _ in ways]
    draw = random.Random(0)
    for turn in range(args.repeats + 1):
        order = draw.sample(depths, len(depths))
        for depth in order:
            for way, own in enumerate(batches):
                start = time.perf_counter()
                for feeds in own[depth]:
                    sessions[depth].run(None, feeds)
                if turn > 0:
                    times[way][depth].append(1000 * (time.perf_counter() - start))
    medians = [{depth: statistics.median(own) for depth, own in way.items()} for way in times]
    print(json.dumps({"version": onnxruntime.__version__, "medians": medians}))


main()
