"""The statistics by PyTorch alone, in one pass, with no more products than needed: what a loop made for this can reach.

A batch costs one forward pass; A of each layer's input as it comes; one backward pass at the labels down to the
parameters, and one at the drawn labels down to the outputs of the layers only. The protocol is that of peer.py.
"""

import peer

try:
    import torch
    from torch.nn import functional
except ImportError as missing:
    peer.skip(missing)


def draw(f):
    return torch.bernoulli(torch.sigmoid(f))


def loss_of(f, y):
    return functional.binary_cross_entropy_with_logits(f, y, reduction="sum")


class Torch:
    def __init__(self, layers, threads):
        torch.set_num_threads(threads)
        self.parameters = [[torch.from_numpy(array).requires_grad_() for array in (l.weight, l.bias)] for l in layers]
        self.tanh = [layer.tanh for layer in layers]

    def prepare(self, rows, size):
        self.batches, self.count = torch.from_numpy(rows).split(size), len(rows)

    def run(self, everything):
        a = [new_square(weight, weight.shape[1] + 1) for weight, _ in self.parameters]
        g = [new_square(weight, weight.shape[0]) for weight, _ in self.parameters]
        flat = [parameter for pair in self.parameters for parameter in pair]
        gradient = [torch.zeros_like(parameter) for parameter in flat] if everything else []
        loss = 0.0
        for x in self.batches:
            outputs = self.forward(x, a)
            f = outputs[-1]
            if everything:
                labelled = loss_of(f, x)
                loss += labelled.item()
                for total, part in zip(gradient, torch.autograd.grad(labelled, flat, retain_graph=True)):
                    total += part
            for total, part in zip(g, torch.autograd.grad(loss_of(f, draw(f)), outputs)):
                total.addmm_(part.T, part)
        for total in a + g + gradient:
            total /= self.count
        pairs = list(zip(gradient[::2], gradient[1::2]))
        return peer.Averages(a, g, loss / self.count if everything else None, pairs)

    def forward(self, x, a):
        """The outputs of the layers, before tanh; adds [x; 1][x; 1]' of their inputs."""
        outputs = []
        for (weight, bias), tanh, total in zip(self.parameters, self.tanh, a):
            with torch.no_grad():
                extended = torch.cat([x, x.new_ones(len(x), 1)], dim=1)
                total.addmm_(extended.T, extended)
            outputs.append(functional.linear(x, weight, bias))
            x = torch.tanh(outputs[-1]) if tanh else outputs[-1]
        return outputs


def new_square(like, n):
    return torch.zeros(n, n, dtype=like.dtype)


if __name__ == "__main__":
    peer.serve(Torch)
