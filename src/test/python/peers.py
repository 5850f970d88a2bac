# /// script
# requires-python = ">=3.10"
# dependencies = ["numpy", "torch", "curvlinops-for-pytorch", "kronfluence"]
# ///
"""Holds Fisher statistics against PyTorch: autograd, curvlinops and kronfluence, on the same model and rows.

    python peers.py statistics STATISTICS --model MODEL --data ROWS    a statistics artefact
    python peers.py random [CASE ...]                                  reference.py, on its small random networks

Exit code 0: all within --tolerance. 1: something is not. 77: a package is missing.

The scales that have to be turned into ours (weighted sums over the rows, loss = -log p):
  kronfluence sums over rows, as we do; its factors and lambda_matrix are ours as they stand, for a loss summed over rows.
  curvlinops (reduction "sum", separate_weight_and_bias=False) averages A over rows and sums its gradient covariance, and
  its GGN and empirical Fisher. Its MSELoss is |f - y|^2, ours |f - y|^2 / (2 variance): exact quantities are 2 variance
  times ours, empirical ones (2 variance)^2 times. Its full matrices run over W by rows, then b; ours over columns of [W b].
Neither has row weights: a row of weight w stands there w/u times, u a unit of all weights, and the sums are multiplied by u.
Neither has the exact Fisher of every likelihood; kronfluence is given one pseudo-loss f . column for each column of a
square root of Lambda, which is what its hooks would see; its A then counts every row C times.
"""

import argparse
import collections
import sys
import tempfile
import warnings

try:
    import numpy as np
    import torch
    from curvlinops import EFLinearOperator, GGNLinearOperator, KFACLinearOperator
    from kronfluence.analyzer import Analyzer, prepare_model
    from kronfluence.arguments import FactorArguments
    from kronfluence.task import Task
    from kronfluence.utils.dataset import DataLoaderKwargs
    from torch import nn
except ImportError as missing:
    print(f"skipped: {missing.name} is not installed")
    sys.exit(77)

import artefacts
import cases
import reference

ACTIVATIONS = {
    "identity": lambda node: nn.Identity(),
    "relu": lambda node: nn.ReLU(),
    "leaky-relu": lambda node: nn.LeakyReLU(node.get("slope", 0.01)),
    "tanh": lambda node: nn.Tanh(),
    "sigmoid": lambda node: nn.Sigmoid(),
    "softplus": lambda node: nn.Softplus(threshold=700),  # the default, 20, cuts log(1 + e^x) off
    "gelu": lambda node: nn.GELU(),
    "gelu-tanh": lambda node: nn.GELU(approximate="tanh"),
    "silu": lambda node: nn.SiLU(),
    "elu": lambda node: nn.ELU(node.get("alpha", 1.0)),
}


def build(model, weights):
    """The model as nn.Sequential, in double precision, modules named as the nodes."""
    modules, width = collections.OrderedDict(), model["inputs"]
    for node in model["nodes"]:
        if node["op"] == "dense":
            modules[node["name"]] = nn.Linear(width, node["units"], node.get("bias", True), dtype=torch.float64)
            width = node["units"]
        else:
            modules[node["name"]] = ACTIVATIONS[node["op"]](node)
    net = nn.Sequential(modules)
    net.load_state_dict({key: torch.from_numpy(np.array(tensor)) for key, tensor in weights.items()})
    return net


def repeat_by_weight(rows):
    """(rows that stand there as often as they weigh, the weight of each of these)."""
    smallest = rows.weights[rows.weights > 0].min()
    for parts in range(1, 13):
        unit = smallest / parts
        counts = np.rint(rows.weights / unit).astype(int)
        if np.allclose(counts * unit, rows.weights, rtol=1e-12):
            break
    else:
        print(f"skipped: weights are not multiples of a simple fraction of {smallest}, and neither package has row weights")
        sys.exit(77)
    index = np.repeat(np.arange(len(rows)), counts)
    return torch.from_numpy(rows.features[index]), [rows.labels[i] for i in index], float(unit)


def summed_loss(likelihood, f, labels):
    """Sum of -log p over rows by PyTorch's own losses."""
    kind = likelihood.kind
    y = torch.from_numpy(np.array(labels))
    if kind == "softmax":
        return nn.functional.cross_entropy(f, y.long() if y.ndim == 1 else y, reduction="sum")
    y = y.reshape(f.shape)
    if kind == "sigmoid":
        return nn.functional.binary_cross_entropy_with_logits(f, y, reduction="sum")
    if kind == "gaussian":
        return 0.5 * nn.functional.mse_loss(f, y, reduction="sum") / likelihood.variance
    return nn.functional.poisson_nll_loss(f, y, log_input=True, full=False, reduction="sum")


# --- curvlinops ------------------------------------------------------------------------------------------------------


class Curvlinops:
    name = "curvlinops"

    def __init__(self, net, likelihood, x, labels, unit):
        self.net, self.likelihood, self.x, self.unit = net, likelihood, x, unit
        y = torch.from_numpy(np.array(labels))
        kind = likelihood.kind
        self.unsupported = "poisson" if kind == "poisson" else None
        # what it refuses as labels: probabilities, and numbers strictly between 0 and 1
        self.soft = kind == "softmax" and y.ndim == 2 or kind == "sigmoid" and not bool(((y == 0) | (y == 1)).all())
        if kind == "softmax":
            self.loss, self.y = nn.CrossEntropyLoss(reduction="sum"), y.argmax(1) if y.ndim == 2 else y.long()
        else:
            self.y = y.reshape(len(x), -1)
            self.loss = nn.MSELoss(reduction="sum") if kind == "gaussian" else nn.BCEWithLogitsLoss(reduction="sum")
            if self.soft:
                self.y = (self.y > 0.5).double()

    def scale(self, fisher):
        """Ours over theirs."""
        if self.likelihood.kind != "gaussian":
            return 1.0
        return (2.0 * self.likelihood.variance) ** (-2 if fisher == "empirical" else -1)

    def statistics(self, fisher, samples=1, full=True, seed=0):
        """{file: {key: array}} of what it can say, as weighted sums."""
        if self.unsupported or (fisher == "empirical" and self.soft):
            return {}
        params, data = [p for p in self.net.parameters() if p.requires_grad], [(self.x, self.y)]
        kind = {"exact": "type-2", "empirical": "empirical", "monte-carlo": "mc"}[fisher]
        options = {"fisher_type": kind, "separate_weight_and_bias": False, "check_deterministic": False}
        if kind == "mc":
            options |= {"mc_samples": samples, "seed": seed}
        kfac = KFACLinearOperator(self.net, self.loss, params, data, **options)
        kfac.compute_kronecker_factors()
        a = {key: self.unit * len(self.x) * t.numpy() for key, t in kfac._input_covariances.items()}
        g = {key: self.unit * self.scale(fisher) * t.numpy() for key, t in kfac._gradient_covariances.items()}
        found = {"activation_covariance": a, "gradient_covariance": g}
        if fisher != "monte-carlo" and full:
            operator = GGNLinearOperator if fisher == "exact" else EFLinearOperator
            matrix = operator(self.net, self.loss, params, data, check_deterministic=False)
            found |= self.blocks(self.unit * self.scale(fisher) * (matrix @ torch.eye(matrix.shape[0], dtype=torch.float64)).numpy())
        return found

    def blocks(self, theirs):
        """Their full matrix in our order, its diagonal blocks and its diagonal."""
        order, start, spans = [], 0, {}
        for name, module in self.net.named_children():
            if isinstance(module, nn.Linear):
                out, inputs = module.weight.shape
                positions = start + np.arange(out * inputs).reshape(out, inputs)
                start += out * inputs
                if module.bias is not None:
                    positions = np.column_stack([positions, start + np.arange(out)])
                    start += out
                spans[name] = (len(order), len(order) + positions.size, positions.shape)
                order += positions.flatten(order="F").tolist()
        full = theirs[np.ix_(order, order)]
        blocks = {name: full[a:b, a:b] for name, (a, b, _) in spans.items()}
        diagonals = {name: np.diag(full)[a:b].reshape(shape, order="F") for name, (a, b, shape) in spans.items()}
        return {"full": {"full": full}, "exact_block": blocks, "diagonal": diagonals}


# --- kronfluence -----------------------------------------------------------------------------------------------------


class FisherTask(Task):
    """A batch is (x, label, column): the label's loss for the empirical Fisher, else the pseudo-loss of one column of a root of Lambda."""

    def __init__(self, likelihood):
        self.likelihood = likelihood

    def compute_train_loss(self, batch, model, sample=False):
        x, label, column = batch
        f = model(x)
        if not sample:
            return summed_loss(self.likelihood, f, label.numpy())
        roots = torch.from_numpy(np.stack([root(self.likelihood.curvature(row)) for row in f.detach().numpy()]))
        return (f * roots[torch.arange(len(x)), :, column]).sum()

    def compute_measurement(self, batch, model):
        raise NotImplementedError


def root(curvature):
    values, vectors = np.linalg.eigh(curvature)
    return vectors * np.sqrt(np.maximum(values, 0.0))


class Kronfluence:
    name = "kronfluence"

    def __init__(self, net, likelihood, x, labels, unit):
        self.net, self.likelihood, self.x, self.labels, self.unit = net, likelihood, x, torch.from_numpy(np.array(labels)), unit

    def statistics(self, fisher):
        """A, G and lambda_matrix as weighted sums, and the eigenvalues of the averages."""
        empirical, count = fisher == "empirical", 1 if fisher == "empirical" else self.net(self.x[:1]).shape[1]
        rows = torch.arange(len(self.x)).repeat_interleave(count)
        columns = torch.arange(count).repeat(len(self.x))
        dataset = torch.utils.data.TensorDataset(self.x[rows], self.labels[rows], columns)
        types = ["activation_covariance", "gradient_covariance", "per_sample_gradient", "lambda", "eigendecomposition"]
        arguments = FactorArguments(use_empirical_fisher=empirical, **{f"{kind}_dtype": torch.float64 for kind in types})
        arguments.covariance_max_examples = arguments.lambda_max_examples = None
        task = FisherTask(self.likelihood)
        with tempfile.TemporaryDirectory() as folder:
            model = prepare_model(self.net, task)
            analyzer = Analyzer("peers", model, task, cpu=True, disable_tqdm=True, log_level=40, output_dir=folder)
            options = {"factors_name": "factors", "factor_args": arguments}
            data = {"dataset": dataset, "per_device_batch_size": 1000, "dataloader_kwargs": DataLoaderKwargs(num_workers=0)}
            analyzer.fit_covariance_matrices(**options, **data)
            covariances = analyzer.load_covariance_matrices("factors")
            analyzer.perform_eigendecomposition(**options)
            eigen = analyzer.load_eigendecomposition("factors")
            analyzer.fit_lambda_matrices(**options, **data)
            lambdas = analyzer.load_lambda_matrices("factors")
        found = {
            "activation_covariance": scaled(covariances["activation_covariance"], self.unit / count),
            "gradient_covariance": scaled(covariances["gradient_covariance"], self.unit),
            "lambda_matrix": scaled(lambdas["lambda_matrix"], self.unit),
            "activation_eigenvalues": scaled(eigen["activation_eigenvalues"], 1.0),
            "gradient_eigenvalues": scaled(eigen["gradient_eigenvalues"], float(count)),
        }
        assert all(int(n) == len(rows) for n in lambdas["num_lambda_processed"].values())
        return found


def scaled(tensors, factor):
    return {key: factor * tensor.numpy() for key, tensor in tensors.items()}


# --- comparing -------------------------------------------------------------------------------------------------------


def autograd(net, likelihood, x, labels, unit):
    loss = unit * summed_loss(likelihood, net(x), labels)
    loss.backward()
    gradient = {key: parameter.grad.numpy().copy() for key, parameter in net.named_parameters()}
    net.zero_grad(set_to_none=True)
    return float(loss.detach()), gradient


def compare(table, title, model, weights, rows, fisher, samples, mean_loss, files, full=True):
    """`files`: weighted sums of an artefact or of reference.py."""
    likelihood = reference.Likelihood(model["likelihood"])
    x, labels, unit = repeat_by_weight(rows)
    loss, gradient = autograd(build(model, weights), likelihood, x, labels, unit)
    table.compare(f"{title}autograd mean_loss", mean_loss, loss / rows.weights.sum())
    for key in files.get("gradient", {}):
        table.compare(f"{title}autograd gradient {key}", files["gradient"][key], gradient[key])

    peer = Curvlinops(build(model, weights), likelihood, x, labels, unit)
    if fisher == "monte-carlo":
        return compare_random(table, title, peer, files, samples)
    found = peer.statistics(fisher, full=full)
    if not found:
        print(f"{title}curvlinops: has no {fisher} Fisher of {peer.unsupported or 'soft labels'}")
    compare_files(table, f"{title}curvlinops", found, files)
    found = Kronfluence(build(model, weights), likelihood, x, labels, unit).statistics(fisher)
    compare_files(table, f"{title}kronfluence", found, files, rows.weights.sum())
    return None


def compare_files(table, title, found, files, total_weight=None):
    for file, tensors in found.items():
        for key in [key for key in tensors if key in files.get(file, {})]:
            name = f"{title} {file} {key}"
            if file == "lambda_matrix" and not settled(files, key, total_weight):
                table.inform(name, files[file][key], tensors[key], "close eigenvalues: eigenvectors may turn")
            else:
                table.compare(name, files[file][key], tensors[key])


def settled(files, key, total_weight):
    for kind in reference.KINDS[:2]:
        values = np.linalg.eigvalsh(files[kind][key] / total_weight)
        if len(values) > 1 and np.diff(values).min() < 1e-3 * values[-1]:
            return False
    return True


def compare_random(table, title, peer, files, samples, seeds=10):
    """A is not random. G is no further from the exact one (Frobenius) than three times what curvlinops' own draws are."""
    exact = peer.statistics("exact", full=False)
    drawn = [peer.statistics("monte-carlo", samples, seed=seed)["gradient_covariance"] for seed in range(seeds if exact else 0)]
    for key in exact.get("gradient_covariance", {}):
        if key in files.get("activation_covariance", {}):
            table.compare(f"{title}curvlinops activation_covariance {key}", files["activation_covariance"][key], exact["activation_covariance"][key])
        if key in files.get("gradient_covariance", {}):
            theirs = exact["gradient_covariance"][key]
            bound = 3.0 * np.sqrt(np.mean([np.linalg.norm(one[key] - theirs) ** 2 for one in drawn])) / np.linalg.norm(theirs)
            error = np.linalg.norm(files["gradient_covariance"][key] - theirs) / np.linalg.norm(theirs)
            table.judge(f"{title}curvlinops gradient_covariance {key} (Frobenius, to {bound:.2g})", theirs.shape, error, bound)


def check_statistics(options):
    manifest, files = artefacts.read_artefact(options.artefact)
    rows = artefacts.read_rows(options.data, options.features, options.label, options.weight, options.limit)
    model, weights = artefacts.read_model(options.model)
    size = sum(tensor.size for tensor in weights.values())
    full = size <= options.full_limit and bool({"full", "exact_block", "diagonal"} & files.keys())
    table = artefacts.Table(options.tolerance)
    fisher = manifest["fisher"]
    compare(table, "", model, weights, rows, fisher["type"], fisher["samples"], manifest["mean_loss"], files, full)
    return table.exit_code()


def check_random(options):
    table = artefacts.Table(options.tolerance)
    for name in options.case or cases.CASES:
        model, weights, rows = cases.make_well_posed(name, options.rows)
        network = reference.Network(model, weights)
        for fisher in ("exact", "empirical"):
            files, total_weight = cases.all_statistics(network, rows, fisher)
            loss = reference.collect(network, rows, fisher, [])[2] / total_weight
            compare(table, f"{name} {fisher}: ", model, weights, rows, fisher, 1, loss, files)
    return max(table.exit_code(), check_controls())


def check_controls():
    """Two mistakes that must be seen: the other Fisher type, and a full matrix in PyTorch's order of parameters."""
    model, weights, rows = cases.make_well_posed("softmax-index")
    files = reference.collect(reference.Network(model, weights), rows, "exact", full=True)[0]
    peer = Curvlinops(build(model, weights), reference.Likelihood(model["likelihood"]), *repeat_by_weight(rows))
    other, same = peer.statistics("empirical", full=False)["gradient_covariance"], peer.statistics("exact")["full"]["full"]
    errors = {f"the other Fisher type, {key}": artefacts.relative_error(files["gradient_covariance"][key], other[key]) for key in other}
    order = np.concatenate([np.arange(20).reshape(5, 4).T.ravel(), np.arange(20, len(same))])  # the first layer by rows
    errors["vec by rows"] = artefacts.relative_error(files["full"]["full"], same[np.ix_(order, order)])
    for name, error in errors.items():
        print(f"control: {name}: {error:.3e}, which must be more than 1e-6{'' if error > 1e-6 else '  WRONG'}")
    return 0 if min(errors.values()) > 1e-6 else 1


def parse():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(required=True)
    statistics = commands.add_parser("statistics")
    statistics.set_defaults(run=check_statistics)
    statistics.add_argument("artefact", metavar="STATISTICS")
    statistics.add_argument("--model", required=True)
    statistics.add_argument("--data", required=True)
    statistics.add_argument("--features", default="features")
    statistics.add_argument("--label", default="label")
    statistics.add_argument("--weight")
    statistics.add_argument("--limit", type=int)
    statistics.add_argument("--full-limit", type=int, default=3000, help="no full matrices for more parameters than this")
    random = commands.add_parser("random")
    random.set_defaults(run=check_random)
    random.add_argument("case", nargs="*", metavar="CASE", help=", ".join(cases.CASES))
    random.add_argument("--rows", type=int, default=7)
    for sub in (statistics, random):
        sub.add_argument("--tolerance", type=float, default=1e-10)
    return parser.parse_args()


if __name__ == "__main__":
    warnings.filterwarnings("ignore")
    options = parse()
    sys.exit(options.run(options))
