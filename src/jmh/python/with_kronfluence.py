"""The statistics by kronfluence: its covariance matrices, fitted to labels drawn from the model; loss and gradient by PyTorch.

`fit_covariance_matrices_with_loader` is what Analyzer.fit_covariance_matrices does between its DataLoader and its files,
which are left out: batches are in memory, as they are for all here. It costs a forward pass and a backward pass that stops
at the outputs of the layers. It has no loss and no gradient to give: these are a plain forward and backward pass of
PyTorch over the same batches, on a second copy of the network, since kronfluence takes its own for itself.

Scales: sums over rows, of a loss summed over rows. The protocol is that of peer.py.
"""

import peer

try:
    import torch
    import torch_model
    from kronfluence.analyzer import prepare_model
    from kronfluence.arguments import FactorArguments
    from kronfluence.factor.covariance import fit_covariance_matrices_with_loader
    from kronfluence.task import Task
    from kronfluence.utils.state import State
except ImportError as missing:
    peer.skip(missing)


def loss_of(f, y):
    return torch.nn.functional.binary_cross_entropy_with_logits(f, y, reduction="sum")


class Autoencoder(Task):
    """A batch is (x,)."""

    def compute_train_loss(self, batch, model, sample=False):
        f = model(batch[0])
        return loss_of(f, torch.bernoulli(torch.sigmoid(f.detach())) if sample else batch[0])

    def compute_measurement(self, batch, model):
        raise NotImplementedError


class Kronfluence:
    def __init__(self, layers, threads):
        torch.set_num_threads(threads)
        self.net = torch_model.build(layers)
        self.names = torch_model.linear_layers(self.net)
        self.task, self.state = Autoencoder(), State(cpu=True)
        self.tracked = prepare_model(torch_model.build(layers), self.task)
        dtype = self.net[0].weight.dtype
        self.arguments = FactorArguments(activation_covariance_dtype=dtype, gradient_covariance_dtype=dtype)

    def prepare(self, rows, size):
        self.batches, self.count = [(x,) for x in torch.from_numpy(rows).split(size)], len(rows)

    def run(self, everything):
        _, found = fit_covariance_matrices_with_loader(
            self.tracked, self.state, self.task, self.batches, self.arguments, disable_tqdm=True
        )
        a, g = ([found[f"{kind}_covariance"][name].div_(self.count) for name in self.names] for kind in ("activation", "gradient"))
        return peer.Averages(a, g, *(self.loss_and_gradient() if everything else ()))

    def loss_and_gradient(self):
        total = 0.0
        self.net.zero_grad()
        for (x,) in self.batches:
            loss = loss_of(self.net(x), x)
            loss.backward()
            total += loss.item()
        gradients = [parameter.grad.div_(self.count) for parameter in self.net.parameters()]
        return total / self.count, list(zip(gradients[::2], gradients[1::2]))


if __name__ == "__main__":
    peer.serve(Kronfluence)
