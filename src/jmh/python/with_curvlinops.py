"""The statistics by curvlinops: KFACLinearOperator with fisher_type="mc", and its gradient_and_loss.

Its factors cost a forward pass and a backward pass at drawn labels, which goes down to the parameters though nobody asks
for that gradient; loss and gradient are a second forward and backward pass. The operator's constructor is in the clock; it
counts no rows, since it is told how many there are. Checks of determinism are off.

Scales: with reduction "sum" it averages A over the rows and sums G, loss and gradient. The protocol is that of peer.py.
"""

import peer

try:
    import torch
    import torch_model
    from curvlinops import KFACLinearOperator
except ImportError as missing:
    peer.skip(missing)


class Curvlinops:
    def __init__(self, layers, threads):
        torch.set_num_threads(threads)
        self.net = torch_model.build(layers)

    def prepare(self, rows, size):
        self.batches, self.count = [(x, x) for x in torch.from_numpy(rows).split(size)], len(rows)

    def run(self, everything):
        loss_function = torch.nn.BCEWithLogitsLoss(reduction="sum")
        operator = KFACLinearOperator(
            self.net,
            loss_function,
            list(self.net.parameters()),
            self.batches,
            fisher_type="mc",
            separate_weight_and_bias=False,
            check_deterministic=False,
            num_data=self.count,
            num_per_example_loss_terms=1,
        )
        operator.compute_kronecker_factors()
        names = torch_model.linear_layers(self.net)
        a = [operator._input_covariances[name] for name in names]
        g = [operator._gradient_covariances[name].div_(self.count) for name in names]
        if not everything:
            return peer.Averages(a, g)
        gradient, loss = operator.gradient_and_loss()
        pairs = [(w.div_(self.count), b.div_(self.count)) for w, b in zip(gradient[::2], gradient[1::2])]
        return peer.Averages(a, g, loss.item() / self.count, pairs)


if __name__ == "__main__":
    peer.serve(Curvlinops)
