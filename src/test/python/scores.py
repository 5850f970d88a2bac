# /// script
# requires-python = ">=3.10"
# dependencies = ["numpy", "torch", "curvlinops-for-pytorch", "kronfluence"]
# ///
"""Holds influence scores against kronfluence, which opens the files of a statistics artefact as its own.

    python scores.py gradients DIRECTORY --model MODEL --data ROWS --queries 5     the gradients of the first rows, as vectors
    python scores.py compare STATISTICS --strategy ekfac --damping 1e-3 --model MODEL --data ROWS --solutions SOLUTIONS

A score is g_q' P g_i: of a query q and a row i, or of a row and itself. `compare` computes all of them
  1. by kronfluence's Analyzer from the files of STATISTICS, linked into its directory, which it loads by its own functions;
  2. by kronfluence from factors of its own, fitted to the same rows (only where STATISTICS hold the empirical Fisher);
  3. from SOLUTIONS, what `kfac solve` made of the gradients of the queries, by products with gradients of autograd;
and holds the first against the other two. Exit codes as in peers.py.

What kronfluence needs beyond the artefact is factor_arguments.json with the strategy. ekfac and kfac read the files as
they stand. diagonal reads `lambda_matrix`, which in kronfluence is then the diagonal of the Fisher: our file `diagonal`.
kronfluence divides lambda_matrix by the number of rows, we divide by the total weight: rows of weight 1 are needed here.
"""

import argparse
import contextlib
import io
import json
import logging
import sys
import tempfile
import warnings
from pathlib import Path

import peers  # first: it says which package is missing
import artefacts
import numpy as np
import reference
import torch
from kronfluence.analyzer import Analyzer, prepare_model
from kronfluence.arguments import FactorArguments, ScoreArguments
from kronfluence.utils.dataset import DataLoaderKwargs

COVARIANCE = ["activation_covariance", "gradient_covariance", "num_activation_covariance_processed", "num_gradient_covariance_processed"]
EIGEN = ["activation_eigenvectors", "activation_eigenvalues", "gradient_eigenvectors", "gradient_eigenvalues"]
LAMBDA = ["lambda_matrix", "num_lambda_processed"]
FILES = {"ekfac": COVARIANCE + EIGEN + LAMBDA, "kfac": COVARIANCE + EIGEN, "diagonal": ["diagonal", "num_lambda_processed"]}
DOUBLE = ("per_sample_gradient", "precondition", "score", "query_gradient_svd")


class ScoreTask(peers.FisherTask):
    """The measurement of a query is its loss."""

    def compute_measurement(self, batch, model):
        return self.compute_train_loss(batch, model)


class Scores:
    """kronfluence's scores of the same rows and queries, from one set of factors after another."""

    def __init__(self, folder, model, weights, rows, queries):
        self.likelihood = reference.Likelihood(model["likelihood"])
        x, labels = torch.from_numpy(rows.features), torch.from_numpy(np.array(rows.labels))
        self.data = torch.utils.data.TensorDataset(x, labels, torch.zeros(len(x), dtype=torch.long))
        self.queries = torch.utils.data.Subset(self.data, range(queries))
        task = ScoreTask(self.likelihood)
        net = prepare_model(peers.build(model, weights), task)
        self.folder = Path(folder)
        self.analyzer = Analyzer("scores", net, task, cpu=True, disable_tqdm=True, log_level=logging.ERROR, output_dir=folder)
        self.analyzer.set_dataloader_kwargs(DataLoaderKwargs(num_workers=0))

    def directory(self, name):
        return self.folder / "scores" / f"factors_{name}"

    def link(self, name, artefact, manifest, strategy):
        """The artefact's own files under the names that kronfluence looks for."""
        directory = self.directory(name)
        directory.mkdir()
        (directory / "factor_arguments.json").write_text(json.dumps({"strategy": strategy}))
        for file in FILES[strategy]:
            kept = "lambda_matrix" if file == "diagonal" else file
            (directory / f"{kept}.safetensors").symlink_to((Path(artefact) / manifest["files"][file]["path"]).resolve())

    def fit(self, name, strategy):
        types = ["activation_covariance", "gradient_covariance", "per_sample_gradient", "lambda", "eigendecomposition"]
        arguments = FactorArguments(strategy, use_empirical_fisher=True, **{f"{kind}_dtype": torch.float64 for kind in types})
        arguments.covariance_max_examples = arguments.lambda_max_examples = None
        self.analyzer.fit_all_factors(name, self.data, per_device_batch_size=1000, factor_args=arguments)

    def of(self, name, damping):
        """{kind: scores}: queries × rows, and rows."""
        arguments = ScoreArguments(damping, **{f"{kind}_dtype": torch.float64 for kind in DOUBLE})
        options = {"factors_name": name, "train_dataset": self.data, "per_device_train_batch_size": 500, "score_args": arguments}
        with contextlib.redirect_stdout(io.StringIO()):
            self.analyzer.compute_pairwise_scores(f"{name}-{damping}", query_dataset=self.queries, per_device_query_batch_size=5, **options)
            self.analyzer.compute_self_scores(f"{name}-{damping}-self", **options)
        pairs = self.analyzer.load_pairwise_scores(f"{name}-{damping}")
        own = self.analyzer.load_self_scores(f"{name}-{damping}-self")
        return {"pairwise": pairs["all_modules"].numpy(), "self-influence": own["all_modules"].numpy()}


def gradients(model, weights, rows):
    """The gradient of each row's loss by autograd, {key: rows × shape}."""
    net, likelihood = peers.build(model, weights), reference.Likelihood(model["likelihood"])
    found = {key: [] for key in weights}
    for i in range(len(rows)):
        gradient = peers.autograd(net, likelihood, torch.from_numpy(rows.features[i : i + 1]), rows.labels[i : i + 1], 1.0)[1]
        for key in weights:
            found[key].append(gradient[key])
    return {key: np.stack(tensors) for key, tensors in found.items()}


def write_gradients(options):
    model, weights = artefacts.read_model(options.model)
    rows = read_rows(options)
    found = gradients(model, weights, artefacts.Rows(rows.features[: options.queries], rows.labels[: options.queries], rows.weights))
    directory = Path(options.directory)
    directory.mkdir(parents=True)
    for q in range(options.queries):
        artefacts.write_safetensors(directory / f"query-{q}.safetensors", {key: tensors[q] for key, tensors in found.items()})
    return 0


def solved(directory, model, weights, rows, queries):
    """Scores from what the product solved: x_q' g_i."""
    by_row = gradients(model, weights, rows)
    solutions = [artefacts.read_safetensors(Path(directory) / f"query-{q}.safetensors") for q in range(queries)]
    return sum(np.stack([x[key].ravel() for x in solutions]) @ by_row[key].reshape(len(rows), -1).T for key in weights)


def compare(options):
    manifest, _ = artefacts.read_artefact(options.statistics)
    model, weights = artefacts.read_model(options.model)
    rows = read_rows(options)
    table = artefacts.Table(options.tolerance)
    with tempfile.TemporaryDirectory() as folder:
        scores = Scores(folder, model, weights, rows, options.queries)
        scores.link("ours", options.statistics, manifest, options.strategy)
        ours = scores.of("ours", options.damping)
        controls = {"another damping": scores.of("ours", 1.01 * options.damping)}
        if manifest["fisher"]["type"] == "empirical":
            scores.fit("own", options.strategy)
            own = scores.of("own", options.damping)
            for kind in ours:
                table.compare(f"{options.strategy} {kind}: our factors, kronfluence's own", ours[kind], own[kind])
        if options.solutions:
            theirs = solved(options.solutions, model, weights, rows, options.queries)
            table.compare(f"{options.strategy} pairwise: kronfluence with our factors, kfac solve", ours["pairwise"], theirs)
            own = np.diag(theirs[:, : options.queries])
            table.compare(f"{options.strategy} self-influence of the queries: the same two", ours["self-influence"][: options.queries], own)
        controls |= wrong_factors(scores, options, manifest)
    wrong = 0
    for name, other in controls.items():
        error = min(artefacts.relative_error(other[kind], ours[kind]) for kind in ours)
        wrong += not error > 1e-6
        print(f"control: {name}: {error:.3e}, which must be more than 1e-6{'' if error > 1e-6 else '  WRONG'}")
    return max(table.exit_code(), int(wrong > 0))


def wrong_factors(scores, options, manifest):
    """The scores if kronfluence took one file for another: what it reads is ours, and matters."""
    directory = scores.directory("ours")
    found = {}
    for name, file, change in [
        ("one row fewer", "num_lambda_processed", lambda n: n - 1),
        ("gradients by columns", "gradient_eigenvectors", lambda u: u.T),
        ("activations by columns", "activation_eigenvectors", lambda u: u.T),
    ]:
        if not (directory / f"{file}.safetensors").exists() or options.strategy == "kfac" and file == "num_lambda_processed":
            continue
        copy = f"wrong-{file}"
        scores.link(copy, options.statistics, manifest, options.strategy)
        path = scores.directory(copy) / f"{file}.safetensors"
        tensors = {key: change(tensor) for key, tensor in artefacts.read_safetensors(path).items()}
        path.unlink()
        artefacts.write_safetensors(path, tensors)
        found[name] = scores.of(copy, options.damping)
    return found


def read_rows(options):
    rows = artefacts.read_rows(options.data, options.features, options.label)
    if options.rows:
        rows = artefacts.Rows(rows.features[: options.rows], rows.labels[: options.rows], rows.weights[: options.rows])
    return rows


def parse():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(required=True)
    vectors = commands.add_parser("gradients")
    vectors.set_defaults(run=write_gradients)
    vectors.add_argument("directory", metavar="DIRECTORY")
    scores = commands.add_parser("compare")
    scores.set_defaults(run=compare)
    scores.add_argument("statistics", metavar="STATISTICS")
    scores.add_argument("--strategy", choices=FILES, required=True)
    scores.add_argument("--damping", type=float, required=True)
    scores.add_argument("--solutions", metavar="DIRECTORY")
    scores.add_argument("--tolerance", type=float, default=1e-10)
    for sub in (vectors, scores):
        sub.add_argument("--model", required=True)
        sub.add_argument("--data", required=True)
        sub.add_argument("--features", default="features")
        sub.add_argument("--label", default="label")
        sub.add_argument("--rows", type=int, help="the first so many rows only")
        sub.add_argument("--queries", type=int, default=5)
    return parser.parse_args()


if __name__ == "__main__":
    warnings.filterwarnings("ignore")
    options = parse()
    sys.exit(options.run(options))
