"""What the peers of `jobs/benchmark peers` share: rows, model, batch size, and the talk with the benchmark.

    python with_torch.py --model MODEL --rows FILE --threads 2 --precision double [--batches 1000,2000,4000]

The work: of a network of dense layers y = W x + b with tanh between some, outputs f of independent Bernoulli
distributions with p = sigmoid(f), and the rows as their own targets, averages over the rows of
  A = [x; 1][x; 1]' and G = g g' of every layer, g = d(-log p(y|f))/d(W x + b), y drawn once a row from the model
and, if asked for, of the loss -log p(row|f), summed over the outputs, and of its gradient. A peer with another scale
turns it into this one.

MODEL is a model artefact of spark-kfac, FILE the rows as little-endian doubles, one row after another. Both are in memory,
cut into batches and converted, before any clock starts; batches have the size that is fastest of those named, tried on the
first rows. Then a line is read from stdin for each run: `factors`, or `all` for loss and gradient too, answered by the
seconds it took; or `figures`, answered by a line of JSON about what the last run found. Exit code 77: a package is missing.
"""

import argparse
import json
import os
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

import artefacts  # of src/test/python
import numpy as np

MISSING_PACKAGE = 77
ROWS_OF_TRIALS = 4000


@dataclass
class Layer:
    """W is out × in; the output goes through tanh or not."""

    weight: np.ndarray
    bias: np.ndarray
    tanh: bool = False


@dataclass
class Averages:
    """Over the rows, a layer each, of whatever array type; gradient: [W b] in one array, or W and b."""

    a: list
    g: list
    loss: float | None = None
    gradient: list = field(default_factory=list)

    def figures(self):
        """What tells whether two programs have computed the same; A, loss and gradient depend on no draw."""
        norm = lambda arrays: float(np.sqrt(sum(np.square(np.asarray(array, np.float64)).sum() for array in arrays)))
        found = {
            "a_trace": [float(np.trace(np.asarray(a, np.float64))) for a in self.a],
            "a_norm": [norm([a]) for a in self.a],
            "g_trace": [float(np.trace(np.asarray(g, np.float64))) for g in self.g],
        }
        if self.loss is not None:
            found |= {"loss": [float(self.loss)], "gradient_norm": [norm(gradient) for gradient in self.gradient]}
        return found


def read_layers(directory, dtype):
    """The dense layers of a model artefact."""
    model, weights = artefacts.read_model(directory)
    layers = []
    for node in model["nodes"]:
        if node["op"] == "dense":
            weight, bias = (weights[f"{node['name']}.{kind}"].astype(dtype) for kind in ("weight", "bias"))
            layers.append(Layer(weight, bias))
        elif node["op"] == "tanh":
            layers[-1].tanh = True
        else:
            raise SystemExit(f"{directory}: node {node['name']} is {node['op']}, but only dense and tanh are known here")
    return layers


def fastest(peer, rows, sizes):
    """The size of batches with which the first rows take least, after a run that does not count."""
    if len(sizes) == 1:
        return sizes[0]
    seconds = {}
    for size in [sizes[0], *sizes]:
        peer.prepare(rows[:ROWS_OF_TRIALS], size)
        seconds[size] = timed(peer, True)[0]
    tried = ", ".join(f"{size}: {took:.2f} s" for size, took in seconds.items())
    best = min(seconds, key=seconds.get)
    print(f"{Path(sys.argv[0]).stem}: {ROWS_OF_TRIALS} rows by batch size {tried}; taking {best}", file=sys.stderr)
    return best


def timed(peer, everything):
    start = time.perf_counter()
    found = peer.run(everything)
    return time.perf_counter() - start, found


def options():
    parser = argparse.ArgumentParser(description="A peer of jobs/benchmark peers; see peer.py")
    parser.add_argument("--model", required=True)
    parser.add_argument("--rows", required=True)
    parser.add_argument("--threads", type=int, required=True)
    parser.add_argument("--precision", choices=["double", "single"], required=True)
    parser.add_argument("--batches", type=lambda sizes: [int(size) for size in sizes.split(",")], default=[1000, 2000, 4000])
    return parser.parse_args()


def serve(make):
    """
    Runs a peer until stdin ends.

    make(layers, threads) gives it: prepare(rows, size) makes batches and whatever else is done once, run(everything)
    returns Averages, complete when it returns.
    """
    asked = options()
    out = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)  # a library's own prints must not come between the answers
    dtype = np.float64 if asked.precision == "double" else np.float32
    layers = read_layers(asked.model, dtype)
    rows = np.fromfile(asked.rows, "<f8").reshape(-1, layers[0].weight.shape[1]).astype(dtype)
    peer = make(layers, asked.threads)
    peer.prepare(rows, fastest(peer, rows, asked.batches))
    print("ready", file=out)
    found = None
    for request in map(str.strip, sys.stdin):
        if request == "figures":
            print(json.dumps(found.figures()), file=out)
        else:
            seconds, found = timed(peer, request == "all")
            print(seconds, file=out)


def skip(missing):
    print(f"{Path(sys.argv[0]).stem}: skipped: {sys.executable} has no {missing.name}", file=sys.stderr)
    sys.exit(MISSING_PACKAGE)
