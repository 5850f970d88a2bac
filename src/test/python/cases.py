"""Small networks with rows, from fixed seeds: the golden cases, and an example of what the product writes."""

import json
import math

import artefacts
import numpy as np
import reference
from artefacts import Rows


def dense(name, units, bias=True):
    return {"name": name, "op": "dense", "units": units} | ({} if bias else {"bias": False})


def act(name, op, **parameters):
    return {"name": name, "op": op, **parameters}


def model(inputs, nodes, likelihood):
    return {"format": "spark-kfac/model", "version": 1, "inputs": inputs, "nodes": nodes, "likelihood": likelihood}


# name: (the model, how its labels are made); every operation, likelihood and kind of label, with and without bias
CASES = {
    "softmax-index": (
        model(4, [dense("first", 4), act("tanh", "tanh"), dense("second", 3, False), act("relu", "relu"), dense("output", 3)], {"type": "softmax"}),
        "index",
    ),
    "softmax-probabilities": (
        model(3, [dense("hidden", 4, False), act("gelu", "gelu"), dense("output", 3)], {"type": "softmax"}),
        "probabilities",
    ),
    "sigmoid-array": (
        model(
            3,
            [dense("first", 3), act("leaky", "leaky-relu", slope=0.2), dense("second", 3), act("soft", "softplus"), dense("output", 2, False)],
            {"type": "sigmoid"},
        ),
        "unit-array",
    ),
    "sigmoid-number": (model(4, [dense("hidden", 3), act("silu", "silu"), dense("output", 1)], {"type": "sigmoid"}), "binary"),
    "gaussian-array": (
        model(
            3,
            [dense("first", 3), act("elu", "elu", alpha=1.3), dense("second", 3, False), act("gelu", "gelu-tanh"), dense("output", 2)],
            {"type": "gaussian", "variance": 0.49},
        ),
        "real-array",
    ),
    "gaussian-linear": (
        model(3, [dense("first", 3), act("same", "identity"), dense("second", 2, False), dense("output", 1)], {"type": "gaussian"}),
        "real",
    ),
    "poisson-array": (model(3, [dense("hidden", 4), act("sigmoid", "sigmoid"), dense("output", 2)], {"type": "poisson"}), "counts"),
}


def make(name, seed=0, count=7):
    """(model, weights, rows) of a case."""
    description, labels = CASES[name]
    rng = np.random.default_rng([seed, sorted(CASES).index(name)])
    weights, width = {}, description["inputs"]
    for node in description["nodes"]:
        if node["op"] == "dense":
            weights[node["name"] + ".weight"] = rng.normal(0.0, 1.2 / math.sqrt(width), (node["units"], width)).round(3)
            if node.get("bias", True):
                weights[node["name"] + ".bias"] = rng.normal(0.0, 0.5, node["units"]).round(3)
            width = node["units"]
    features = rng.normal(0.0, 1.2, (count, description["inputs"])).round(3)
    made = {
        "index": lambda: int(rng.integers(width)),
        "probabilities": lambda: rng.dirichlet(np.ones(width)),
        "unit-array": lambda: rng.random(width).round(3),
        "binary": lambda: int(rng.integers(2)),
        "real-array": lambda: rng.normal(0.0, 1.0, width).round(3),
        "real": lambda: round(float(rng.normal()), 3),
        "counts": lambda: rng.poisson(2.0, width),
    }[labels]
    return description, weights, Rows(features, [np.asarray(made(), dtype=float) for _ in range(count)], rng.choice([0.5, 1.0, 1.5, 2.0, 3.0], count))


def near_a_kink(network, rows):
    for x in rows.features:
        values = network.forward(x)
        for node, source in network.nodes:
            if node["op"] in ("relu", "leaky-relu", "elu") and min(abs(values[source])) < 0.02:
                return True
    return False


def settled(network, rows, fisher):
    """Eigenvalues so far apart that eigenvectors, and with them lambda_matrix, are settled but for signs."""
    sums, total_weight, _ = reference.collect(network, rows, fisher, reference.KINDS[:2])
    pairs = reference.eigenbases(network, sums, total_weight)[1].values()
    return all(len(values) == 1 or np.diff(values).min() > 1e-3 * values[-1] for pair in pairs for values in pair)


def make_well_posed(name, count=7):
    """The first seed with no row near a kink and, but for Gaussian outputs (whose exact G is I/variance), settled eigenvectors."""
    for seed in range(1000):
        description, weights, rows = make(name, seed, count)
        network = reference.Network(description, weights)
        may_turn = description["likelihood"]["type"] == "gaussian"
        if not near_a_kink(network, rows) and (may_turn or all(settled(network, rows, fisher) for fisher in ("exact", "empirical"))):
            return description, weights, rows
    raise ValueError(name)


# --- golden files ----------------------------------------------------------------------------------------------------


def write_golden(directory):
    directory.mkdir(parents=True, exist_ok=True)
    for name in CASES:
        (directory / f"{name}.json").write_text(render(golden(name)) + "\n")
    (directory / "activations.json").write_text(render(activations()) + "\n")
    (directory / "likelihoods.json").write_text(render(likelihoods()) + "\n")


def golden(name):
    description, weights, rows = make_well_posed(name)
    network = reference.Network(description, weights)
    outputs = [network.forward(x)[network.output] for x in rows.features]
    losses = [network.likelihood.loss(f, y) for f, y in zip(outputs, rows.labels)]
    vectors = make_vectors(network, rows)
    case = {
        "name": name,
        "model": description,
        "weights": weights,
        "rows": {"features": rows.features, "labels": [plain_label(description, y) for y in rows.labels], "weights": rows.weights},
        "outputs": outputs,
        "losses": losses,
        "total_weight": rows.weights.sum(),
        "mean_loss": float(rows.weights @ losses / rows.weights.sum()),
        "gradient": reference.collect(network, rows, "exact", [])[0]["gradient"],
        "fisher": {},
        "vectors": vectors,
        "solves": [],
    }
    for fisher in ("exact", "empirical"):
        files, total_weight = all_statistics(network, rows, fisher)
        case["fisher"][fisher] = {"settled": settled(network, rows, fisher)}
        case["fisher"][fisher] |= {kind: tensors for kind, tensors in files.items() if kind != "gradient"}
        case["solves"] += solves(network, fisher, files, total_weight, vectors, rows.weights[:2] / total_weight)
    return case


def plain_label(description, y):
    if y.ndim:
        return y
    return int(y) if description["likelihood"]["type"] == "softmax" else float(y)


def make_vectors(network, rows):
    """d: anything; g0, g1: the gradients of the first two rows."""
    rng = np.random.default_rng(1)
    vectors = {"d": {key: rng.normal(size=tensor.shape).round(3) for key, tensor in network.weights.items()}}
    for row in (0, 1):
        one = Rows(rows.features[row : row + 1], rows.labels[row : row + 1], np.ones(1))
        vectors[f"g{row}"] = reference.collect(network, one, "exact", [])[0]["gradient"]
    return vectors


def all_statistics(network, rows, fisher):
    """Everything a statistics artefact can hold, with eigenvectors whose signs are settled: the largest entry is positive."""
    files, total_weight, _ = reference.collect(network, rows, fisher, full=True)
    bases, eigenvalues = reference.eigenbases(network, files, total_weight)
    bases = {name: tuple(u * np.sign(u[np.abs(u).argmax(axis=0), range(len(u))]) for u in pair) for name, pair in bases.items()}
    files |= reference.collect(network, Rows(rows.features, None, rows.weights) if fisher == "exact" else rows, fisher, ["lambda_matrix"], bases=bases)[0]
    for side, index in (("activation", 0), ("gradient", 1)):
        files[f"{side}_eigenvectors"] = {name: pair[index] for name, pair in bases.items()}
        files[f"{side}_eigenvalues"] = {name: pair[index] for name, pair in eigenvalues.items()}
    return files, total_weight


def solves(network, fisher, files, total_weight, vectors, weights):
    layers, flat = network.layers, {name: reference.flatten(network.layers, vector) for name, vector in vectors.items()}
    results = []
    for method in reference.METHODS:
        # leaving a row out, which only the empirical Fisher in full always survives; then a tenth of it, of one row and of two
        for damping, downdates, part in (({"absolute": 0.05}, (0, 1), 1.0), ({"relative": 0.2}, (0, 1, 2), 0.1)):
            m, dampings = reference.dense(layers, method, files, total_weight, damping.get("absolute"), damping.get("relative"))
            for count in downdates:
                less, gap = reference.downdated(m, [(part * weights[i], flat[f"g{i}"]) for i in range(count)])
                result = {"fisher": fisher, "method": method, "damping": damping, "layer_damping": dampings}
                result |= {"downdate": [{"weight": part * weights[i], "vector": f"g{i}"} for i in range(count)], "vector": "d"}
                if count == 0:
                    result["log_determinant"] = float(np.linalg.slogdet(m)[1])
                    result["inverse_root"] = reference.unflatten(layers, reference.inverse_root(method, m, flat["d"]))
                else:
                    result["gap"] = gap
                solvable = gap > 1e-6
                result["solution"] = reference.unflatten(layers, np.linalg.solve(less, flat["d"])) if solvable else None
                results.append(result)
    return results


def activations():
    """Each operation and its derivative, away from kinks, out to where a careless formula overflows."""
    points = [-800.0, -50.0, -10.0, -3.0, -1.0, -0.25, -1e-6, 1e-6, 0.25, 1.0, 3.0, 10.0, 50.0, 800.0]
    table = []
    for op in reference.OPERATIONS:
        for parameters in {"leaky-relu": [{}, {"slope": 0.2}], "elu": [{}, {"alpha": 1.3}]}.get(op, [{}]):
            function, derivative = reference.operation({"op": op, **parameters})
            values, slopes = [function(x) for x in points], [derivative(x) for x in points]
            table.append({"op": op, **parameters, "x": points, "value": values, "derivative": slopes})
    return {"activations": table}


def likelihoods():
    """Loss, score and Lambda of one row, out to where a careless formula overflows."""
    scores = [[0.3, -1.2, 0.7], [800.0, 0.0, -800.0], [-40.0, 40.0, 0.0], [0.0, 0.0, 0.0]]
    table = []
    for description, labels in [
        ({"type": "softmax"}, [0, 1, 2, [0.2, 0.5, 0.3]]),
        ({"type": "sigmoid"}, [[0.0, 1.0, 0.25]]),
        ({"type": "gaussian"}, [[0.5, -1.0, 2.0]]),
        ({"type": "gaussian", "variance": 0.49}, [[0.5, -1.0, 2.0]]),
        ({"type": "poisson"}, [[0.0, 1.0, 4.0]]),
    ]:
        likelihood = reference.Likelihood(description)
        for f in scores:
            if description["type"] == "poisson" and max(f) > 700:
                continue  # exp overflows, and so should the loss
            for label in labels:
                row = {"likelihood": description, "outputs": f, "label": label, "loss": likelihood.loss(f, label)}
                row |= {"score": likelihood.score(np.array(f), label), "lambda": likelihood.curvature(np.array(f))}
                table.append(row)
    return {"likelihoods": table}


def render(value, indent=""):
    """JSON with one line for each vector and each row of a matrix; numbers as the shortest text that reads back as the same double."""
    if isinstance(value, np.ndarray):
        value = value.tolist()
    if isinstance(value, (np.floating, np.integer)):
        value = value.item()
    if isinstance(value, dict) and any(isinstance(inner, (dict, list, tuple, np.ndarray)) for inner in value.values()):
        parts = [f"{indent} {json.dumps(key)}: {render(inner, indent + ' ')}" for key, inner in value.items()]
        return "{\n" + ",\n".join(parts) + "\n" + indent + "}"
    if isinstance(value, list) and any(isinstance(inner, (dict, list, np.ndarray)) for inner in value):
        return "[\n" + ",\n".join(f"{indent} {render(inner, indent + ' ')}" for inner in value) + "\n" + indent + "]"
    return json.dumps(value, allow_nan=False)


# --- an example of the product's artefacts ---------------------------------------------------------------------------


def write_example(directory, name="softmax-index", fisher="exact"):
    """model, rows.json, statistics, vector, gradient, solution under `directory`, laid out as the product writes them."""
    description, weights, rows = make_well_posed(name)
    network = reference.Network(description, weights)
    files, total_weight = all_statistics(network, rows, fisher)
    loss = reference.collect(network, rows, fisher, [])[2]
    for file in ("num_activation_covariance_processed", "num_gradient_covariance_processed", "num_lambda_processed"):
        files[file] = {layer[0]: np.array([len(rows)]) for layer in network.layers}
    layers = [{"name": n, "in": columns - bias, "out": out, "bias": bias} for n, out, columns, bias in network.layers]
    common = {"layers": layers, "rows": len(rows), "total_weight": total_weight, "skipped": 0, "mean_loss": loss / total_weight}
    common["fisher"] = {"type": fisher, "samples": 1, "seed": 0}

    artefacts.write_model(directory / "model", description, weights)
    table = {"features": rows.features.tolist(), "labels": [y.tolist() for y in rows.labels], "weights": rows.weights.tolist()}
    (directory / "rows.json").write_text(json.dumps(table) + "\n")
    artefacts.write_artefact(directory / "statistics", {"format": "spark-kfac/statistics", **common}, files)
    vectors = make_vectors(network, rows)
    m, _ = reference.dense(network.layers, "eigen", files, total_weight, damping=1e-2)
    less, _ = reference.downdated(m, [(0.01, reference.flatten(network.layers, vectors["g0"]))])
    solution = np.linalg.solve(less, reference.flatten(network.layers, vectors["d"]))
    vectors = {"vector": vectors["d"], "gradient": vectors["g0"], "solution": reference.unflatten(network.layers, solution)}
    for name, vector in vectors.items():
        artefacts.write_artefact(directory / name, {"format": "spark-kfac/vector", "layers": layers}, {"vector": vector})
    run = f"python reference.py statistics {directory}/statistics --model {directory}/model --data {directory}/rows.json"
    print(f"written; try\n  {run}\n  {solve_command(directory)}")


def solve_command(directory):
    return (
        f"python reference.py solve {directory}/solution --statistics {directory}/statistics --vector {directory}/vector"
        f" --method eigen --damping 1e-2 --downdate {directory}/gradient --downdate-weight 0.01"
    )
