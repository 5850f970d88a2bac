"""The statistics by kfac-jax: its BlockDiagonalCurvature estimator in mode "fisher_gradients", and jax.value_and_grad.

One compiled function takes a batch into the estimator's state; with loss and gradient, value_and_grad is compiled into the
same function, as in kfac-jax's own optimiser, so that XLA may share the forward pass. Compiling is outside the clock.

Scales: averages over the rows, of a loss averaged over rows. XLA takes as many threads as the process has processors, so
the process keeps to that many. The protocol is that of peer.py.
"""

import functools
import os

import peer


def keep_to_processors(count):
    """Before jax starts its threads."""
    if hasattr(os, "sched_setaffinity"):  # Linux
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:count])


asked = peer.options()
keep_to_processors(asked.threads)

try:
    import jax
    import jax.numpy as jnp
    import kfac_jax
except ImportError as missing:
    peer.skip(missing)

jax.config.update("jax_enable_x64", asked.precision == "double")


def network(tanh, parameters, x):
    for (weight, bias), curved in zip(parameters, tanh):
        x = x @ weight + bias
        x = jnp.tanh(x) if curved else x
    return x


def mean_loss(tanh, parameters, x):
    f = network(tanh, parameters, x)
    kfac_jax.register_sigmoid_cross_entropy_loss(f, x)
    return jnp.sum(jax.nn.softplus(f) - x * f) / len(x)


class KfacJax:
    def __init__(self, layers, threads):
        self.parameters = [(jnp.asarray(layer.weight.T), jnp.asarray(layer.bias)) for layer in layers]
        self.function = functools.partial(mean_loss, tuple(layer.tanh for layer in layers))
        self.estimator = kfac_jax.BlockDiagonalCurvature(self.function, default_estimation_mode="fisher_gradients")
        self.factors_of = jax.jit(self.add_factors, donate_argnums=0)
        self.all_of = jax.jit(self.add_all, donate_argnums=(0, 1))

    def add_factors(self, state, key, parameters, x):
        return self.estimator.update_curvature_matrix_estimate(
            state, ema_old=1.0, ema_new=len(x), identity_weight=0.0, batch_size=len(x), rng=key, func_args=(parameters, x)
        )

    def add_all(self, state, sums, key, parameters, x):
        found = jax.value_and_grad(self.function)(parameters, x)
        return self.add_factors(state, key, parameters, x), jax.tree.map(lambda sum, part: sum + len(x) * part, sums, found)

    def prepare(self, rows, size):
        self.batches = [jnp.asarray(rows[start : start + size]) for start in range(0, len(rows), size)]
        self.keys = list(jax.random.split(jax.random.key(0), len(self.batches)))
        self.count = len(rows)
        self.start = self.estimator.init(jax.random.key(0), (self.parameters, self.batches[0]), None, None)
        self.run(False)
        self.run(True)

    def run(self, everything):
        state = jax.tree.map(jnp.copy, self.start)
        sums = jax.tree.map(jnp.zeros_like, (jnp.zeros((), self.batches[0].dtype), self.parameters))
        for key, x in zip(self.keys, self.batches):
            if everything:
                state, sums = self.all_of(state, sums, key, self.parameters, x)
            else:
                state = self.factors_of(state, key, self.parameters, x)
        jax.block_until_ready((state, sums))
        a, g = ([block.factors[side].value for block in state.blocks_states] for side in (0, 1))
        if not everything:
            return peer.Averages(a, g)
        loss, gradient = jax.tree.map(lambda sum: sum / self.count, sums)
        return peer.Averages(a, g, loss, gradient)


if __name__ == "__main__":
    peer.serve(KfacJax)
