# /// script
# requires-python = ">=3.10"
# dependencies = ["numpy>=2", "pyarrow>=15", "scikit-learn>=1.4", "safetensors>=0.4", "palmerpenguins>=0.1.4"]
# ///
"""Regenerates everything in this folder: the digits, the penguins, and the trained digits model.

    python sample-data/make.py [--output DIRECTORY]

Deterministic: the same package versions write the same bytes. Needs no network: both data sets ship inside the packages above.
"""

import argparse
import csv
import importlib.util
import json
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from safetensors.numpy import save_file
from sklearn.datasets import load_digits

PARTS = 8
HELD_OUT_EVERY = 5  # rows with id % 5 == 4 are held out of the training of digits-model
LAYERS = [("hidden", 64, 32), ("output", 32, 10)]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--output", type=Path, default=Path(__file__).parent)
    output = parser.parse_args().output

    data = load_digits()
    features = data.data / 16.0
    labels = data.target.astype(np.int32)
    write_digits(output / "digits.parquet", features, labels)
    write_penguins(output / "penguins.csv")
    write_model(output / "digits-model", train(features, labels))


def write_digits(directory, features, labels):
    directory.mkdir(parents=True, exist_ok=True)
    rows = np.arange(len(labels), dtype=np.int64)
    schema = pa.schema([
        pa.field("id", pa.int64(), nullable=False),
        pa.field("features", pa.list_(pa.field("element", pa.float64(), nullable=False)), nullable=False),
        pa.field("label", pa.int32(), nullable=False),
    ])
    for part, chosen in enumerate(np.array_split(rows, PARTS)):
        columns = [rows[chosen], list(features[chosen]), labels[chosen]]
        arrays = [pa.array(column, type=field.type) for column, field in zip(columns, schema)]
        table = pa.Table.from_arrays(arrays, schema=schema)
        pq.write_table(table, directory / f"part-{part:05d}.parquet", compression="snappy", store_schema=False)


def write_penguins(path):
    """The rows of palmerpenguins with no missing value, as numbers, in units that make every column of order one."""
    package = Path(importlib.util.find_spec("palmerpenguins").origin).parent
    header = ["id", "bill_length_cm", "bill_depth_cm", "flipper_length_dm", "male", "adelie", "chinstrap", "body_mass_kg"]
    with open(package / "data" / "penguins.csv", newline="") as source, open(path, "w", newline="") as target:
        writer = csv.writer(target, lineterminator="\n")
        writer.writerow(header)
        for number, row in enumerate(csv.DictReader(source)):
            measured = [row[key] for key in ("bill_length_mm", "bill_depth_mm", "flipper_length_mm", "body_mass_g", "sex")]
            if any(value in ("", "NA") for value in measured):
                continue
            bill_length, bill_depth, flipper, mass = (float(value) for value in measured[:4])
            flags = [row["sex"] == "male", row["species"] == "Adelie", row["species"] == "Chinstrap"]
            lengths = [round(bill_length / 10, 6), round(bill_depth / 10, 6), round(flipper / 100, 6)]
            writer.writerow([number, *lengths, *(int(flag) for flag in flags), round(mass / 1000, 6)])


def train(features, labels, seed=7, epochs=400, batch=64, rate=3e-3, decay=1e-3):
    """A 64-32-10 tanh network by Adam, in double precision; prints the accuracy on the rows held out."""
    rng = np.random.default_rng(seed)
    weights = {}
    for name, inputs, units in LAYERS:
        weights[f"{name}.weight"] = rng.normal(0.0, 1.0 / np.sqrt(inputs), (units, inputs))
        weights[f"{name}.bias"] = np.zeros(units)
    held_out = np.arange(len(labels)) % HELD_OUT_EVERY == HELD_OUT_EVERY - 1
    x, y = features[~held_out], labels[~held_out]
    mean = {key: np.zeros_like(value) for key, value in weights.items()}
    square = {key: np.zeros_like(value) for key, value in weights.items()}
    step = 0
    for epoch in range(epochs):
        order = rng.permutation(len(y))
        for start in range(0, len(y), batch):
            chosen = order[start : start + batch]
            step += 1
            falling = rate * 0.5 * (1 + np.cos(np.pi * epoch / epochs))
            for key, gradient in gradients(weights, x[chosen], y[chosen]).items():
                if key.endswith(".weight"):
                    gradient = gradient + decay * weights[key]
                mean[key] = 0.9 * mean[key] + 0.1 * gradient
                square[key] = 0.999 * square[key] + 0.001 * gradient**2
                ratio = (mean[key] / (1 - 0.9**step)) / (np.sqrt(square[key] / (1 - 0.999**step)) + 1e-8)
                weights[key] = weights[key] - falling * ratio
    weights = {key: value.astype(np.float32) for key, value in weights.items()}
    for what, chosen in (("trained on", ~held_out), ("held out", held_out)):
        loss, accuracy = score(weights, features[chosen], labels[chosen])
        print(f"{what}: {chosen.sum()} rows, mean loss {loss:.4f}, accuracy {accuracy:.4f}")
    return weights


def forward(weights, x):
    hidden = np.tanh(x @ weights["hidden.weight"].T + weights["hidden.bias"])
    scores = hidden @ weights["output.weight"].T + weights["output.bias"]
    shifted = scores - scores.max(axis=1, keepdims=True)
    return hidden, shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))


def gradients(weights, x, y):
    hidden, log_p = forward(weights, x)
    at_output = np.exp(log_p)
    at_output[np.arange(len(y)), y] -= 1.0
    at_output /= len(y)
    at_hidden = (at_output @ weights["output.weight"]) * (1.0 - hidden**2)
    return {
        "hidden.weight": at_hidden.T @ x,
        "hidden.bias": at_hidden.sum(axis=0),
        "output.weight": at_output.T @ hidden,
        "output.bias": at_output.sum(axis=0),
    }


def score(weights, x, y):
    log_p = forward({key: value.astype(np.float64) for key, value in weights.items()}, x)[1]
    return -log_p[np.arange(len(y)), y].mean(), (log_p.argmax(axis=1) == y).mean()


def write_model(directory, weights):
    directory.mkdir(parents=True, exist_ok=True)
    nodes = [{"name": "hidden", "op": "dense", "units": 32, "bias": True}, {"name": "act", "op": "tanh"}, {"name": "output", "op": "dense", "units": 10}]
    lines = ",\n  ".join(json.dumps(node) for node in nodes)
    (directory / "model.json").write_text(
        '{"format": "spark-kfac/model", "version": 1, "inputs": 64,\n'
        f' "nodes": [\n  {lines}],\n'
        ' "likelihood": {"type": "softmax"}}\n'
    )
    save_file(weights, directory / "weights.safetensors")
    (directory / "weights.safetensors").chmod(0o644)


if __name__ == "__main__":
    main()
