"""The network as a torch.nn.Module, for the peers that want one, and its mean loss and gradient by a plain loop."""

import torch
from torch import nn


def build(layers):
    modules = []
    for layer in layers:
        out, inputs = layer.weight.shape
        linear = nn.Linear(inputs, out)
        linear.weight.data, linear.bias.data = torch.from_numpy(layer.weight), torch.from_numpy(layer.bias)
        modules += [linear, nn.Tanh()] if layer.tanh else [linear]
    return nn.Sequential(*modules)


def linear_layers(net):
    return [name for name, module in net.named_modules() if isinstance(module, nn.Linear)]
