"""Does the reference itself hold? Identities it was not built from, each with a negative control that must fail.

A check returns an error; a control is the same check with one step of a formula changed, and must be off by more than 1e-6.
"""

import contextlib
import io
import itertools
import math
import tempfile
from pathlib import Path
from types import SimpleNamespace

import artefacts
import cases
import numpy as np
import reference
from artefacts import Rows, relative_error

CONTROL = 1e-6


def run():
    failures = 0
    print(f"{'check':<92} {'error':>10} {'limit':>8}")
    for name, error, limit, control in checks():
        good = error > CONTROL if control else error <= limit
        failures += not good
        bound = f"> {CONTROL:g}" if control else f"{limit:g}"
        print(f"{('control: ' if control else '') + name:<92} {error:>10.2e} {bound:>8}{'' if good else '  WRONG'}")
    print("all hold" if failures == 0 else f"{failures} do not hold")
    return 0 if failures == 0 else 1


def checks():
    """(what, error, limit, is it a negative control)."""
    for name in cases.CASES:
        description, weights, rows = cases.make_well_posed(name)
        network = reference.Network(description, weights)
        yield f"{name}: gradient = central differences", gradient_error(network, rows), 1e-9, False
        yield f"{name}: gradient without the bias row", gradient_error(network, rows, drop_bias=True), 0, True
        yield f"{name}: Lambda = E[score score'] over every outcome", curvature_error(network, rows), 1e-12, False
        yield f"{name}: Lambda without the probabilities", curvature_error(network, rows, forget_p=True), 0, True
        yield from fisher_checks(name, network, rows)
    yield "gaussian-linear: exact block = A x G", deep_linear_error("exact"), 1e-12, False
    yield "gaussian-linear: empirical block = A x G", deep_linear_error("empirical"), 0, True
    yield "operations: derivative = central differences", derivative_error(), 1e-8, False
    yield "downdate: dense solve = Sherman-Morrison", downdate_error(1.0), 1e-12, False
    yield "downdate: with the sign turned", downdate_error(-1.0), 0, True
    yield "factored: A x G + lambda I + sqrt(lambda)/pi A x I + pi sqrt(lambda) I x G", factored_error(1.0), 1e-12, False
    yield "factored: with pi turned over", factored_error(-1.0), 0, True
    yield "eigen-corrected: |F - EKFAC|^2 = |F|^2 - |S|^2", corrected_error("eigen-corrected"), 1e-12, False
    yield "eigen-corrected: the same of K-FAC", corrected_error("eigen"), 0, True
    yield from round_trip()


def fisher_checks(name, network, rows):
    for fisher in ("exact", "empirical"):
        sums, total_weight, _ = reference.collect(network, rows, fisher, full=True)
        errors, wrong = [], []
        start = 0
        for layer, out, columns, _ in network.layers:
            p = out * columns
            cut = sums["full"]["full"][start : start + p, start : start + p]
            errors.append(relative_error(sums["exact_block"][layer], cut))
            errors.append(relative_error(sums["diagonal"][layer], np.diag(cut).reshape((out, columns), order="F")))
            wrong.append(relative_error(sums["diagonal"][layer], np.diag(cut).reshape((out, columns), order="C")))
            start += p
        yield f"{name}, {fisher}: blocks and diagonals are those of the full matrix", max(errors), 1e-12, False
        yield f"{name}, {fisher}: with vec by rows", max(wrong), 0, True

        bases, _ = reference.eigenbases(network, sums, total_weight)
        corrections = reference.collect(network, rows, fisher, ["lambda_matrix"], bases=bases)[0]["lambda_matrix"]
        traces = [relative_error(np.sum(corrections[key]), np.trace(sums["exact_block"][key])) for key in corrections]
        yield f"{name}, {fisher}: trace of the corrections = trace of the block", max(traces), 1e-12, False

        one = Rows(rows.features[:1], rows.labels[:1], rows.weights[:1] * 2)
        single, w, _ = reference.collect(network, one, fisher)
        products = {key: np.kron(single["activation_covariance"][key], single["gradient_covariance"][key]) / w for key in single["exact_block"]}
        yield f"{name}, {fisher}: of one row, block = A x G", max(relative_error(single["exact_block"][key], products[key]) for key in products), 1e-12, False


def gradient_error(network, rows, drop_bias=False):
    gradient = reference.collect(network, rows, "exact", [])[0]["gradient"]
    if drop_bias:
        gradient = {key: tensor * (0.0 if key.endswith(".bias") else 1.0) for key, tensor in gradient.items()}
    errors = []
    for key, tensor in network.weights.items():
        numeric = np.zeros_like(tensor)
        for index in np.ndindex(tensor.shape):
            numeric[index] = richardson(lambda shift: loss_at(network, rows, key, index, shift))
        errors.append(relative_error(gradient[key], numeric))
    return max(errors)


def loss_at(network, rows, key, index, shift):
    kept = network.weights[key][index]
    network.weights[key][index] = kept + shift
    total = 0.0
    for x, y, w in zip(rows.features, rows.labels, rows.weights):
        total += w * network.likelihood.loss(network.forward(x)[network.output], y)
    network.weights[key][index] = kept
    return total


def richardson(function, h=1e-3):
    coarse = (function(h) - function(-h)) / (2 * h)
    fine = (function(h / 2) - function(-h / 2)) / h
    return (4 * fine - coarse) / 3


def curvature_error(network, rows, forget_p=False):
    likelihood, errors = network.likelihood, []
    for x in rows.features:
        f = network.forward(x)[network.output]
        total = np.zeros((len(f), len(f)))
        for probability, outcome in outcomes(likelihood, f):
            score = likelihood.score(f, outcome)
            total += (1.0 if forget_p else probability) * np.outer(score, score)
        errors.append(relative_error(total, likelihood.curvature(f)))
    return max(errors)


def outcomes(likelihood, f):
    """(probability, label) of every label; Gauss-Hermite nodes for the Gaussian, the first 150 counts for Poisson."""
    mean = likelihood.mean(f)
    if likelihood.kind == "softmax":
        return [(p, np.asarray(float(c))) for c, p in enumerate(mean)]
    if likelihood.kind == "sigmoid":
        each = [[(1.0 - p, 0.0), (p, 1.0)] for p in mean]
    elif likelihood.kind == "gaussian":
        nodes, weights = np.polynomial.hermite.hermgauss(5)
        each = [[(w / math.sqrt(math.pi), m + math.sqrt(2 * likelihood.variance) * t) for t, w in zip(nodes, weights)] for m in mean]
    else:
        each = [[(math.exp(n * math.log(m) - m - math.lgamma(n + 1)), float(n)) for n in range(150)] for m in mean]
    return [(math.prod(p for p, _ in chosen), np.array([y for _, y in chosen])) for chosen in itertools.product(*each)]


def deep_linear_error(fisher):
    network, rows = prepared("gaussian-linear")
    sums, w, _ = reference.collect(network, rows, fisher)
    products = {key: np.kron(a, sums["gradient_covariance"][key]) / w for key, a in sums["activation_covariance"].items()}
    return max(relative_error(sums["exact_block"][key], products[key]) for key in products)


def derivative_error():
    errors = []
    for op in reference.OPERATIONS:
        function, derivative = reference.operation({"op": op})
        for x in (-3.0, -1.0, -0.3, 0.2, 0.9, 2.5):
            errors.append(abs(derivative(x) - richardson(lambda shift: function(x + shift))))
    return max(errors)


def downdate_error(sign):
    network, rows = prepared("softmax-index")
    files, total_weight = cases.all_statistics(network, rows, "empirical")
    m, _ = reference.dense(network.layers, "eigen", files, total_weight, damping=0.1)
    vectors = {key: reference.flatten(network.layers, vector) for key, vector in cases.make_vectors(network, rows).items()}
    w, d, g = 0.01, vectors["d"], vectors["g0"]
    less, gap = reference.downdated(m, [(w, g)])
    pd, pg = np.linalg.solve(m, d), np.linalg.solve(m, g)
    formula = pd + sign * w * (g @ pd) / (1.0 - w * (g @ pg)) * pg
    return max(relative_error(formula, np.linalg.solve(less, d)), abs(gap - (1.0 - w * (g @ pg))))


def average(fisher):
    network, rows = prepared("softmax-index")
    files, w = cases.all_statistics(network, rows, fisher)
    return {kind: files[kind]["first"] / (w if kind in reference.KINDS else 1.0) for kind in files if "first" in files[kind]}


def factored_error(sign, damping=0.3):
    found = average("exact")
    a, g = found["activation_covariance"], found["gradient_covariance"]
    pi = math.sqrt(np.trace(a) * len(g) / (np.trace(g) * len(a))) ** sign
    root, one_a, one_g = math.sqrt(damping), np.eye(len(a)), np.eye(len(g))
    expected = np.kron(a, g) + damping * np.kron(one_a, one_g) + root / pi * np.kron(a, one_g) + pi * root * np.kron(one_a, g)
    return relative_error(reference.block("factored", found, damping, None)[0], expected)


def corrected_error(method):
    found = average("empirical")
    f, s = found["exact_block"], found["lambda_matrix"]
    m, _ = reference.block(method, found, 0.0, None)
    return abs(np.sum((f - m) ** 2) - (np.sum(f**2) - np.sum(s**2))) / np.sum(f**2)


def prepared(name):
    description, weights, rows = cases.make_well_posed(name)
    return reference.Network(description, weights), rows


def round_trip():
    """The example passes both commands, and fails when one number in one tensor is changed."""
    with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stdout(io.StringIO()):
        folder = Path(folder)
        cases.write_example(folder)
        passed = statistics(folder), solve(folder)
        manifest, files = artefacts.read_artefact(folder / "statistics")
        files["exact_block"]["second"][1, 0] *= 1 + 1e-5
        artefacts.write_artefact(folder / "statistics", manifest, files)
        tensors = artefacts.read_vector(folder / "solution")
        tensors["first.weight"] = tensors["first.weight"] * (1 + 1e-5)
        artefacts.write_artefact(folder / "solution", artefacts.read_artefact(folder / "solution")[0], {"vector": tensors})
        corrupted = statistics(folder), solve(folder)
    yield "write-example, then statistics and solve: exit code 0", float(any(passed)), 0, False
    yield "the same with a tensor changed by 1e-5", float(all(corrupted)), 0, True


def statistics(folder):
    return reference.check_statistics(SimpleNamespace(artefact=folder / "statistics", **common(folder)))


def solve(folder):
    downdate = {"downdate": [folder / "gradient"], "downdate_weight": [0.01], "method": "eigen", "damping": 1e-2, "relative_damping": None}
    where = {"artefact": folder / "solution", "statistics": folder / "statistics", "vector": folder / "vector"}
    return reference.check_solve(SimpleNamespace(**where, **downdate, **common(folder)))


def common(folder):
    options = {"model": folder / "model", "data": folder / "rows.json", "features": "features", "label": "label"}
    return options | {"weight": None, "limit": None, "tolerance": 1e-10}
