"""Reads and writes what the Java product writes, with nothing but numpy: safetensors, artefact directories, rows.

Nothing here shares code with the product: the format is read from its description.
"""

import csv
import hashlib
import json
import struct
from dataclasses import dataclass
from pathlib import Path

import numpy as np

SKIPPED = 77  # the exit code that says "not run here", as automake has it

DTYPES = {"F64": "<f8", "F32": "<f4", "F16": "<f2", "I64": "<i8"}


def read_safetensors(path):
    """{name: array}; floating point of any width comes back as double."""
    raw = Path(path).read_bytes()
    (length,) = struct.unpack("<Q", raw[:8])
    header, body = json.loads(raw[8 : 8 + length]), raw[8 + length :]
    tensors = {}
    for name, entry in header.items():
        if name == "__metadata__":
            continue
        start, end = entry["data_offsets"]
        if entry["dtype"] == "BF16":  # the upper half of a single
            flat = (np.frombuffer(body[start:end], "<u2").astype("<u4") << 16).view("<f4")
        else:
            flat = np.frombuffer(body[start:end], DTYPES[entry["dtype"]])
        tensor = flat.reshape(entry["shape"])
        tensors[name] = tensor.astype(np.int64 if entry["dtype"] == "I64" else np.float64)
    return tensors


def write_safetensors(path, tensors):
    """Doubles as F64, integers as I64, row-major."""
    header, body = {}, b""
    for name, tensor in tensors.items():
        tensor = np.asarray(tensor)
        dtype = "I64" if tensor.dtype.kind == "i" else "F64"
        data = np.ascontiguousarray(tensor, DTYPES[dtype]).tobytes()
        header[name] = {"dtype": dtype, "shape": list(tensor.shape), "data_offsets": [len(body), len(body) + len(data)]}
        body += data
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    Path(path).write_bytes(struct.pack("<Q", len(text)) + text + body)


def read_model(directory):
    """(model.json as a dict, the weights)."""
    directory = Path(directory)
    return json.loads((directory / "model.json").read_text()), read_safetensors(directory / "weights.safetensors")


def write_model(directory, model, weights):
    directory = Path(directory)
    directory.mkdir(parents=True, exist_ok=True)
    (directory / "model.json").write_text(json.dumps(model, indent=1) + "\n")
    write_safetensors(directory / "weights.safetensors", weights)


def read_artefact(directory):
    """(manifest, {file name: tensors}); lengths and digests are checked, and every file is found through the manifest."""
    directory = Path(directory)
    manifest = json.loads((directory / "manifest.json").read_text())
    files = {}
    for name, entry in manifest["files"].items():
        raw = (directory / entry["path"]).read_bytes()
        if len(raw) != entry["length"] or hashlib.sha256(raw).hexdigest() != entry["sha256"]:
            raise SystemExit(f"{directory / entry['path']}: length or sha256 is not what manifest.json says")
        if entry["path"].endswith(".safetensors"):
            files[name.removesuffix(".safetensors")] = read_safetensors(directory / entry["path"])
    return manifest, files


def write_artefact(directory, manifest, files):
    directory = Path(directory)
    directory.mkdir(parents=True, exist_ok=True)
    manifest = dict(manifest, version=1, files={})
    for name, tensors in files.items():
        path = directory / f"{name}.safetensors"
        write_safetensors(path, tensors)
        raw = path.read_bytes()
        manifest["files"][name] = {"path": path.name, "length": len(raw), "sha256": hashlib.sha256(raw).hexdigest()}
    (directory / "manifest.json").write_text(json.dumps(manifest, indent=1) + "\n")


def read_vector(path):
    """A vector: an artefact directory with one file of tensors, or a safetensors file."""
    path = Path(path)
    if path.is_file():
        return read_safetensors(path)
    files = read_artefact(path)[1] if (path / "manifest.json").exists() else {p.stem: read_safetensors(p) for p in path.glob("*.safetensors")}
    if len(files) != 1:
        raise SystemExit(f"{path}: {len(files)} files of tensors, but a vector is one; name the file itself")
    return next(iter(files.values()))


@dataclass
class Rows:
    """features [N, d]; labels: a list of numbers or arrays, or None; weights [N]."""

    features: np.ndarray
    labels: list | None
    weights: np.ndarray

    def __len__(self):
        return len(self.features)


def read_rows(path, features="features", label="label", weight=None, limit=None):
    """Rows from .json or .npz (keys features, labels, weights), .csv with a header, or Parquet (which needs pyarrow).

    `features` and `label` name columns of CSV and Parquet; several, parted by commas, make one array.
    """
    path = Path(path)
    if path.suffix in (".json", ".npz"):
        table = json.loads(path.read_text()) if path.suffix == ".json" else dict(np.load(path))
        x, y, w = table["features"], table.get("labels"), table.get("weights")
    else:
        table = read_csv(path) if path.suffix == ".csv" else read_parquet(path)
        x, y = columns(table, features), columns(table, label) if label else None
        w = table[weight] if weight else None
    x = np.array(x, dtype=np.float64)[:limit]
    x = x[:, None] if x.ndim == 1 else x  # one numeric column
    y = None if y is None else [np.asarray(value, dtype=np.float64) for value in y][:limit]
    w = np.ones(len(x)) if w is None else np.array(w, dtype=np.float64)[:limit]
    return Rows(x, y, w)


def columns(table, names):
    names = names.split(",")
    return table[names[0]] if len(names) == 1 else list(zip(*(table[name] for name in names)))


def read_csv(path):
    with open(path, newline="") as source:
        rows = list(csv.DictReader(source))
    return {name: [float(row[name]) for row in rows] for name in rows[0]}


def read_parquet(path):
    try:
        import pyarrow.parquet as parquet
    except ImportError:
        print("skipped: reading Parquet needs pyarrow, which is not installed")
        raise SystemExit(SKIPPED)
    return parquet.read_table(path).to_pydict()


def relative_error(actual, expected):
    """The worst entry's error over the largest expected entry; NaN, infinity or another shape is an infinite error."""
    actual, expected = np.asarray(actual, dtype=np.float64), np.asarray(expected, dtype=np.float64)
    if actual.shape != expected.shape or not np.isfinite(actual).all():
        return float("inf")
    error, size = np.max(np.abs(actual - expected), initial=0.0), np.max(np.abs(expected), initial=0.0)
    return float(error / size if size > 0 else error)


class Table:
    """Prints one line for each comparison and remembers whether all were within the tolerance."""

    def __init__(self, tolerance):
        self.tolerance, self.passed, self.failed = tolerance, 0, 0
        print(f"{'tensor':<76} {'shape':<14} {'relative error':>14}")

    def compare(self, name, actual, expected):
        self.judge(name, np.shape(expected), relative_error(actual, expected), self.tolerance)

    def judge(self, name, shape, error, limit):
        good = error <= limit
        self.passed, self.failed = self.passed + good, self.failed + (not good)
        self.line(name, shape, f"{error:14.3e}", "" if good else "  WRONG")

    def inform(self, name, actual, expected, why):
        self.line(name, np.shape(expected), f"{relative_error(actual, expected):14.3e}", f"  ({why})")

    def line(self, name, shape, figure, remark):
        print(f"{name:<76} {'×'.join(map(str, shape)) or 'number':<14} {figure}{remark}")

    def exit_code(self):
        print(f"{self.passed} within the limit of {self.tolerance:g} (or that named), {self.failed} not")
        return 0 if self.failed == 0 and self.passed > 0 else 1
