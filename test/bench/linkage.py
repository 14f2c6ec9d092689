"""SciPy's average linkage of the condensed distances in a file: seconds as JSON, Z as float64 into another file."""

import json
import sys
import time

import numpy as np
import scipy
from scipy.cluster.hierarchy import linkage

distances, out = sys.argv[1:3]
condensed = np.fromfile(distances)
start = time.perf_counter()
tree = linkage(condensed, "average")
seconds = time.perf_counter() - start
tree.tofile(out)
print(json.dumps({"seconds": seconds, "scipy": scipy.__version__}))
