# /// script
# requires-python = ">=3.10"
# dependencies = ["numpy"]
# ///
"""An independent, slow, plain reference for spark-kfac: one row at a time, one output at a time, in double precision.

    python reference.py statistics STATISTICS --model MODEL --data ROWS       recompute a statistics artefact and compare
    python reference.py solve SOLUTION --statistics STATISTICS --vector V     compare (M - w g g')^-1 d with a dense solve
    python reference.py write-example DIRECTORY                               a model, rows, statistics, vectors, a solution
    python reference.py golden DIRECTORY                                      the golden cases for the Java unit tests
    python reference.py self-test                                             does this reference hold? with negative controls

Exit code 0: all within --tolerance. 1: something is not. 77: numpy (or, for Parquet, pyarrow) is missing.

Conventions: a = [x; 1] (bias last; without bias a = x), g = d(-log p)/dy of one example, the gradient of a layer g a' is
[out, in+1], vec stacks its columns, so vec(g a') = kron(a, g) and a block of the Fisher is E[kron(a a', g g')].
"""

import argparse
import math
import sys
from pathlib import Path

try:
    import numpy as np
except ImportError:
    print("skipped: numpy is not installed")
    sys.exit(77)

import artefacts

# --- the network -----------------------------------------------------------------------------------------------------


def sigmoid(x):
    return 1.0 / (1.0 + math.exp(-x)) if x >= 0 else math.exp(x) / (1.0 + math.exp(x))


def softplus(x):
    return max(x, 0.0) + math.log1p(math.exp(-abs(x)))


def normal_cdf(x):
    return 0.5 * math.erfc(-x / math.sqrt(2.0))


def normal_pdf(x):
    return math.exp(-0.5 * x * x) / math.sqrt(2.0 * math.pi)


def gelu_tanh(x):
    return 0.5 * x * (1.0 + math.tanh(math.sqrt(2.0 / math.pi) * (x + 0.044715 * x**3)))


def gelu_tanh_slope(x):
    t = math.tanh(math.sqrt(2.0 / math.pi) * (x + 0.044715 * x**3))
    inner = math.sqrt(2.0 / math.pi) * (1.0 + 3.0 * 0.044715 * x * x)
    return 0.5 * (1.0 + t) + 0.5 * x * (1.0 - t * t) * inner


def operation(node):
    """(the function, its derivative) of a node, both of one number."""
    slope, alpha = node.get("slope", 0.01), node.get("alpha", 1.0)
    return {
        "identity": (lambda x: x, lambda x: 1.0),
        "relu": (lambda x: max(x, 0.0), lambda x: 1.0 if x > 0 else 0.0),
        "leaky-relu": (lambda x: x if x > 0 else slope * x, lambda x: 1.0 if x > 0 else slope),
        "tanh": (math.tanh, lambda x: 1.0 - math.tanh(x) ** 2),
        "sigmoid": (sigmoid, lambda x: sigmoid(x) * sigmoid(-x)),
        "softplus": (softplus, sigmoid),
        "gelu": (lambda x: x * normal_cdf(x), lambda x: normal_cdf(x) + x * normal_pdf(x)),
        "gelu-tanh": (gelu_tanh, gelu_tanh_slope),
        "silu": (lambda x: x * sigmoid(x), lambda x: sigmoid(x) * (1.0 + x * sigmoid(-x))),
        "elu": (lambda x: x if x > 0 else alpha * math.expm1(x), lambda x: 1.0 if x > 0 else alpha * math.exp(x)),
    }[node["op"]]


OPERATIONS = ["identity", "relu", "leaky-relu", "tanh", "sigmoid", "softplus", "gelu", "gelu-tanh", "silu", "elu"]


class Network:
    """The nodes of a model.json with its weights. `layers` lists the dense nodes as (name, out, columns, bias)."""

    def __init__(self, model, weights):
        self.nodes, self.weights, self.layers = [], weights, []
        before, width = "", {"": model["inputs"]}
        for node in model["nodes"]:
            (source,) = node.get("inputs", [before])
            self.nodes.append((node, source))
            if node["op"] == "dense":
                shape = (node["units"], width[source])
                if weights[node["name"] + ".weight"].shape != shape:
                    raise SystemExit(f"layer {node['name']}: weight is {weights[node['name'] + '.weight'].shape}, not {shape}")
                self.layers.append((node["name"], shape[0], shape[1] + node.get("bias", True), node.get("bias", True)))
            width[node["name"]] = node["units"] if node["op"] == "dense" else width[source]
            before = node["name"]
        self.output = before
        self.likelihood = Likelihood(model["likelihood"])

    def forward(self, x):
        """The value of every node for one row; the input is the node ""."""
        values = {"": np.array(x, dtype=np.float64)}
        for node, source in self.nodes:
            name, value = node["name"], values[source]
            if node["op"] == "dense":
                values[name] = self.weights[name + ".weight"] @ value
                if node.get("bias", True):
                    values[name] = values[name] + self.weights[name + ".bias"]
            else:
                values[name] = np.array([operation(node)[0](v) for v in value])
        return values

    def backward(self, values, at_output):
        """{layer: g}: the derivative of at_output . f with respect to each dense layer's output y."""
        at = {name: np.zeros_like(value) for name, value in values.items()}
        at[self.output] = np.array(at_output, dtype=np.float64)
        for node, source in reversed(self.nodes):
            name = node["name"]
            if node["op"] == "dense":
                at[source] = at[source] + self.weights[name + ".weight"].T @ at[name]
            else:
                at[source] = at[source] + at[name] * np.array([operation(node)[1](v) for v in values[source]])
        return {name: at[name] for name, *_ in self.layers}

    def activations(self, values):
        """{layer: a}, with the 1 of the bias last."""
        sources = {node["name"]: source for node, source in self.nodes}
        return {name: np.append(values[sources[name]], [1.0] if bias else []) for name, _, _, bias in self.layers}


class Likelihood:
    """loss(f, y) = -log p(y|f) without constants, score = its derivative in f, curvature = Lambda, all for one row."""

    def __init__(self, description):
        self.kind, self.variance = description["type"], description.get("variance", 1.0)

    def target(self, f, label):
        label = np.asarray(label, dtype=np.float64)
        if self.kind == "softmax" and label.ndim == 0:
            return np.array([1.0 if c == int(label) else 0.0 for c in range(len(f))])
        return label.reshape(len(f))

    def loss(self, f, label):
        y = self.target(f, label)
        if self.kind == "softmax":
            log_sum = max(f) + math.log(sum(math.exp(v - max(f)) for v in f))
            return sum(y_c * (log_sum - f_c) for f_c, y_c in zip(f, y))
        term = {
            "sigmoid": lambda f_c, y_c: softplus(f_c) - y_c * f_c,
            "gaussian": lambda f_c, y_c: 0.5 * (f_c - y_c) ** 2 / self.variance,
            "poisson": lambda f_c, y_c: math.exp(f_c) - y_c * f_c,
        }[self.kind]
        return sum(term(f_c, y_c) for f_c, y_c in zip(f, y))

    def mean(self, f):
        """E[y|f]."""
        if self.kind == "softmax":
            e = np.array([math.exp(v - max(f)) for v in f])
            return e / e.sum()
        return np.array([{"sigmoid": sigmoid, "gaussian": lambda v: v, "poisson": math.exp}[self.kind](v) for v in f])

    def score(self, f, label):
        return (self.mean(f) - self.target(f, label)) / (self.variance if self.kind == "gaussian" else 1.0)

    def curvature(self, f):
        mean = self.mean(f)
        if self.kind == "softmax":
            return np.diag(mean) - np.outer(mean, mean)
        return np.diag({"sigmoid": mean * (1.0 - mean), "gaussian": np.full(len(f), 1.0 / self.variance), "poisson": mean}[self.kind])


# --- statistics ------------------------------------------------------------------------------------------------------

KINDS = ["activation_covariance", "gradient_covariance", "exact_block", "diagonal", "lambda_matrix"]


def passes(network, values, fisher, label):
    """The g of each backward pass of one row, and the matrix K with E[g g'] = sum over c, d of K[c, d] g_c g_d'."""
    f = values[network.output]
    if fisher == "empirical":
        return [network.backward(values, network.likelihood.score(f, label))], np.ones((1, 1))
    return [network.backward(values, unit) for unit in np.eye(len(f))], network.likelihood.curvature(f)


def expected_outer(k, vectors):
    total = np.zeros((len(vectors[0]), len(vectors[0])))
    for c, v in enumerate(vectors):
        for d, u in enumerate(vectors):
            total += k[c, d] * np.outer(v, u)
    return total


def expected_square(k, matrices):
    """Entry by entry: E[m^2] for m = the matrix of a pass."""
    total = np.zeros_like(matrices[0])
    for c, v in enumerate(matrices):
        for d, u in enumerate(matrices):
            total += k[c, d] * v * u
    return total


def collect(network, rows, fisher, kinds=KINDS[:4], full=False, bases=None):
    """Weighted sums over the rows: {"activation_covariance": {layer: ...}, ..., "gradient": {...}, "full": {"full": ...}}.

    `bases` = {layer: (U_A, U_G)} is wanted for lambda_matrix. Returns (sums, total weight, weighted sum of losses).
    """
    sums = {kind: {name: 0.0 for name, *_ in network.layers} for kind in kinds}
    gradient = {key: np.zeros_like(tensor) for key, tensor in network.weights.items()}
    matrix, total_weight, total_loss = 0.0, 0.0, 0.0
    for number, (x, w) in enumerate(zip(rows.features, rows.weights)):
        values = network.forward(x)
        label = rows.labels[number] if rows.labels is not None else None
        a = network.activations(values)
        g, k = passes(network, values, fisher, label)
        total_weight += w
        for name, *_ in network.layers:
            gs = [one[name] for one in g]
            for kind in kinds:
                sums[kind][name] = sums[kind][name] + w * statistic(kind, a[name], gs, k, bases and bases[name])
        if full:
            # one column for each pass: the gradient of all layers, stacked
            columns = np.stack([np.concatenate([np.kron(a[name], one[name]) for name, *_ in network.layers]) for one in g], axis=1)
            matrix = matrix + w * (columns @ k @ columns.T)
        if label is not None:
            f = values[network.output]
            total_loss += w * network.likelihood.loss(f, label)
            add_gradient(network, gradient, w, a, network.backward(values, network.likelihood.score(f, label)))
    if rows.labels is not None:
        sums["gradient"] = gradient
    if full:
        sums["full"] = {"full": matrix}
    return sums, total_weight, total_loss


def statistic(kind, a, gs, k, basis):
    if kind == "activation_covariance":
        return np.outer(a, a)
    if kind == "gradient_covariance":
        return expected_outer(k, gs)
    if kind == "exact_block":
        return np.kron(np.outer(a, a), expected_outer(k, gs))
    if kind == "diagonal":
        return expected_square(k, [np.outer(g, a) for g in gs])
    if kind == "lambda_matrix":
        u_a, u_g = basis
        return expected_square(k, [u_g.T @ np.outer(g, a) @ u_a for g in gs])
    raise ValueError(kind)


def add_gradient(network, gradient, weight, a, g):
    for name, _, columns, bias in network.layers:
        matrix = np.outer(g[name], a[name])
        gradient[name + ".weight"] += weight * (matrix[:, :-1] if bias else matrix)
        if bias:
            gradient[name + ".bias"] += weight * matrix[:, -1]


def eigenbases(network, sums, total_weight):
    """{layer: (U_A, U_G)} of the averaged factors, and their eigenvalues {layer: (of A, of G)}, ascending."""
    vectors, values = {}, {}
    for name, *_ in network.layers:
        (l_a, u_a), (l_g, u_g) = (np.linalg.eigh(sums[kind][name] / total_weight) for kind in KINDS[:2])
        vectors[name], values[name] = (u_a, u_g), (l_a, l_g)
    return vectors, values


# --- dense solves ----------------------------------------------------------------------------------------------------

EIGENVECTORS = ["activation_eigenvectors", "gradient_eigenvectors"]
METHODS = ["factored", "eigen", "eigen-corrected", "exact", "full", "diagonal"]


def flatten(layers, vector):
    """All layers' vec([W b]), one after the other."""
    parts = []
    for name, _, _, bias in layers:
        matrix = vector[name + ".weight"]
        if bias:
            matrix = np.column_stack([matrix, vector[name + ".bias"]])
        parts.append(matrix.flatten(order="F"))
    return np.concatenate(parts)


def unflatten(layers, flat):
    vector, start = {}, 0
    for name, out, columns, bias in layers:
        matrix = flat[start : start + out * columns].reshape((out, columns), order="F")
        start += out * columns
        vector[name + ".weight"] = matrix[:, :-1] if bias else matrix
        if bias:
            vector[name + ".bias"] = matrix[:, -1]
    return vector


def block(method, average, damping, relative):
    """(M of one layer, dense; its damping) from the layer's averaged statistics."""
    if method in ("factored", "eigen"):
        a, g = average["activation_covariance"], average["gradient_covariance"]
        p = len(a) * len(g)
        damping = relative * np.trace(a) * np.trace(g) / p if relative is not None else damping
        if method == "eigen":
            return np.kron(a, g) + damping * np.eye(p), damping
        pi = 1.0
        if np.trace(a) > 0 and np.trace(g) > 0:
            pi = math.sqrt((np.trace(a) / len(a)) / (np.trace(g) / len(g)))
        root = math.sqrt(damping)
        return np.kron(a + pi * root * np.eye(len(a)), g + root / pi * np.eye(len(g))), damping
    if method == "eigen-corrected":
        u = np.kron(average["activation_eigenvectors"], average["gradient_eigenvectors"])
        m = u @ np.diag(average["lambda_matrix"].flatten(order="F")) @ u.T
    elif method == "diagonal":
        m = np.diag(average["diagonal"].flatten(order="F"))
    else:
        m = average["exact_block"]
    damping = relative * np.trace(m) / len(m) if relative is not None else damping
    return m + damping * np.eye(len(m)), damping


def dense(layers, method, files, total_weight, damping=None, relative=None):
    """(M over all layers, {layer: damping}). `files` holds weighted sums, as in a statistics artefact, and eigenvectors."""
    if method == "full":
        m = files["full"]["full"] / total_weight
        damping = relative * np.trace(m) / len(m) if relative is not None else damping
        return m + damping * np.eye(len(m)), {"full": damping}
    blocks, dampings = [], {}
    for name, *_ in layers:
        average = {kind: files[kind][name] / total_weight for kind in KINDS if kind in files}
        average |= {kind: files[kind][name] for kind in EIGENVECTORS if kind in files}
        m, dampings[name] = block(method, average, damping, relative)
        blocks.append(m)
    size = sum(map(len, blocks))
    m, start = np.zeros((size, size)), 0
    for one in blocks:
        m[start : start + len(one), start : start + len(one)] = one
        start += len(one)
    return m, dampings


def downdated(m, downdate):
    """(M - sum of w g g', the smallest eigenvalue of I - U'M^-1 U with the columns sqrt(w) g of U; 1 where none)."""
    if not downdate:
        return m, 1.0
    u = np.stack([math.sqrt(w) * g for w, g in downdate], axis=1)
    return m - u @ u.T, float(np.linalg.eigvalsh(np.eye(len(downdate)) - u.T @ np.linalg.solve(m, u))[0])


def inverse_root(method, m, d):
    """M^-1/2 d: the symmetric root, or for exact and full L'^-1 d with M = L L'."""
    if method in ("exact", "full"):
        return np.linalg.solve(np.linalg.cholesky(m).T, d)
    values, vectors = np.linalg.eigh(m)
    return vectors @ ((vectors.T @ d) / np.sqrt(values))


# --- commands --------------------------------------------------------------------------------------------------------


def check_statistics(options):
    """The rows, the model and the type say what the artefact's every tensor should be."""
    manifest, files = artefacts.read_artefact(options.artefact)
    network, rows = Network(*artefacts.read_model(options.model)), read_rows(options)
    fisher = manifest["fisher"]["type"]
    random = fisher == "monte-carlo"
    kinds = [kind for kind in KINDS if kind in files]
    bases = None
    if "lambda_matrix" in files:
        bases = {name: (files["activation_eigenvectors"][name], files["gradient_eigenvectors"][name]) for name, *_ in network.layers}
    expected, total_weight, total_loss = collect(network, rows, "exact" if random else fisher, kinds, "full" in files, bases)

    table = artefacts.Table(options.tolerance)
    table.compare("rows", manifest["rows"], len(rows))
    table.compare("total_weight", manifest["total_weight"], total_weight)
    if rows.labels is not None and manifest.get("mean_loss") is not None:
        table.compare("mean_loss", manifest["mean_loss"], total_loss / total_weight)
    for file, tensors in expected.items():
        if file not in files:
            continue
        for key in files[file].keys() - tensors.keys():
            raise SystemExit(f"{file}: the model has no {key}")
        for key in [key for key in tensors if key in files[file]]:
            if random and file not in ("activation_covariance", "gradient"):
                table.inform(f"{file} {key}", files[file][key], tensors[key], "monte-carlo against its expectation")
            else:
                table.compare(f"{file} {key}", files[file][key], tensors[key])
    check_counts(table, files, len(rows))
    check_eigen(table, files, total_weight)
    return table.exit_code()


def check_counts(table, files, rows):
    for file in ("num_activation_covariance_processed", "num_gradient_covariance_processed", "num_lambda_processed"):
        for key, tensor in files.get(file, {}).items():
            table.compare(f"{file} {key}", tensor, [rows])


def check_eigen(table, files, total_weight):
    """Eigenvectors may turn or change sign, so they are checked by what they must do."""
    for side in ("activation", "gradient"):
        for key, u in files.get(f"{side}_eigenvectors", {}).items():
            values = files[f"{side}_eigenvalues"][key]
            table.compare(f"{side}_eigenvectors {key}: U'U = I", u.T @ u, np.eye(len(u)))
            table.compare(f"{side}_eigenvalues {key}: ascending", np.sort(values), values)
            if f"{side}_covariance" in files:
                average = files[f"{side}_covariance"][key] / total_weight
                table.compare(f"{side}_eigenvectors {key}: U diag U' = average", u @ np.diag(values) @ u.T, average)


def check_solve(options):
    """The solution against a dense solve with the artefact's sums or, with --model and --data, with sums recomputed here."""
    manifest, files = artefacts.read_artefact(options.statistics)
    layers = [(one["name"], one["out"], one["in"] + one["bias"], one["bias"]) for one in manifest["layers"]]
    total_weight = manifest["total_weight"]
    if options.data:
        if manifest["fisher"]["type"] == "monte-carlo":
            raise SystemExit("the draws of a monte-carlo Fisher cannot be recomputed: leave --data out")
        network, kinds = Network(*artefacts.read_model(options.model)), [kind for kind in KINDS[:4] if kind in files]
        recomputed, total_weight, _ = collect(network, read_rows(options), manifest["fisher"]["type"], kinds, "full" in files)
        files = files | recomputed
    m, dampings = dense(layers, options.method, files, total_weight, options.damping, options.relative_damping)
    condition = np.linalg.cond(m)
    gradients = [flatten(layers, artefacts.read_vector(path)) for path in options.downdate]
    m, gap = downdated(m, list(zip(options.downdate_weight, gradients, strict=True)))
    print("damping:", ", ".join(f"{name} {value:.6g}" for name, value in dampings.items()), f"; condition {condition:.3g}")
    if options.downdate:
        print(f"1 - w g'Pg (of several: the smallest eigenvalue of I - U'PU): {gap:.6g}")
    if gap <= 1e-6:
        refused = not Path(options.artefact).exists()
        print("the downdate is not positive definite:", "rightly, there is no solution" if refused else "there should be no solution")
        return 0 if refused else 1
    expected = unflatten(layers, np.linalg.solve(m, flatten(layers, artefacts.read_vector(options.vector))))
    actual = artefacts.read_vector(options.artefact)
    table = artefacts.Table(options.tolerance)
    for key in expected:
        table.compare(key, actual[key], expected[key])
    return table.exit_code()


def read_rows(options):
    return artefacts.read_rows(options.data, options.features, options.label, options.weight, options.limit)


def write_example(options):
    import cases

    cases.write_example(Path(options.artefact))
    return 0


def golden(options):
    import cases

    cases.write_golden(Path(options.artefact))
    return 0


def self_test(options):
    import selftest

    return selftest.run()


def parse():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(required=True)

    def command(name, run, artefact=True):
        sub = commands.add_parser(name)
        sub.set_defaults(run=run)
        if artefact:
            sub.add_argument("artefact", metavar="DIRECTORY")
        return sub

    def rows(sub, required):
        sub.add_argument("--model", required=required, help="directory with model.json and weights.safetensors")
        sub.add_argument("--data", required=required, help=".json, .npz, .csv or Parquet")
        sub.add_argument("--features", default="features")
        sub.add_argument("--label", default="label", help="empty for none")
        sub.add_argument("--weight")
        sub.add_argument("--limit", type=int)
        sub.add_argument("--tolerance", type=float, default=1e-10)

    rows(command("statistics", check_statistics), True)
    solve = command("solve", check_solve)
    rows(solve, False)
    solve.add_argument("--statistics", required=True)
    solve.add_argument("--vector", required=True)
    solve.add_argument("--method", choices=METHODS, default="eigen")
    solve.add_argument("--damping", type=float, default=1e-3)
    solve.add_argument("--relative-damping", type=float)
    solve.add_argument("--downdate", action="append", default=[], help="a vector g; may be given again")
    solve.add_argument("--downdate-weight", type=float, action="append", default=[], help="its w")
    command("write-example", write_example)
    command("golden", golden)
    command("self-test", self_test, artefact=False)
    return parser.parse_args(["self-test" if word == "--self-test" else word for word in sys.argv[1:]])


if __name__ == "__main__":
    options = parse()
    sys.exit(options.run(options))
