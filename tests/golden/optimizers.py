"""Optimizers: parameters after several steps, and the state kept for them."""

import torch

from recorder import Maker, tensor_json

CASES = {
    "SGD": [{"lr": 0.1}, {"lr": 0.1, "momentum": 0.9}, {"lr": 0.1, "momentum": 0.9, "nesterov": True},
            {"lr": 0.1, "momentum": 0.9, "dampening": 0.2, "weight_decay": 0.1}, {"lr": 0.1, "maximize": True}],
    "Adam": [{}, {"lr": 0.05, "betas": [0.8, 0.95]}, {"weight_decay": 0.1}, {"amsgrad": True, "lr": 0.1},
             {"maximize": True}],
    "AdamW": [{}, {"lr": 0.05, "weight_decay": 0.2}, {"amsgrad": True, "lr": 0.1}],
    "NAdam": [{}, {"lr": 0.05, "weight_decay": 0.1, "momentum_decay": 0.01}],
    "RAdam": [{}, {"lr": 0.05, "weight_decay": 0.1}, {"betas": [0.8, 0.9]}],
    "Adagrad": [{}, {"lr": 0.1, "lr_decay": 0.1, "weight_decay": 0.1, "initial_accumulator_value": 0.5}],
    "Adadelta": [{}, {"lr": 0.5, "rho": 0.8, "weight_decay": 0.1}],
    "Adamax": [{}, {"lr": 0.05, "betas": [0.8, 0.95], "weight_decay": 0.1}],
    "RMSprop": [{}, {"momentum": 0.9}, {"centered": True, "weight_decay": 0.1, "alpha": 0.8}],
    "ASGD": [{}, {"lr": 0.1, "lambd": 0.01, "alpha": 0.5, "t0": 2, "weight_decay": 0.1}],
    "Rprop": [{}, {"lr": 0.1, "etas": [0.4, 1.3], "step_sizes": [1e-3, 0.5]}],
}  # fmt: skip
STEPS = 8


def make(r):
    for kind, cases in CASES.items():
        for options in cases:
            for dtype in (torch.float32, torch.float64):
                m = Maker(kind)
                params = [m(2, 3, dtype=dtype), m(4, dtype=dtype)]
                case = {"optimizer": kind, "options": options, "params": [tensor_json(p) for p in params]}
                steps = [[m(*p.shape, dtype=dtype, grad=False) for p in params] for _ in range(STEPS)]
                steps[2][1] = None  # a parameter that got no gradient
                given = {k: tuple(v) if isinstance(v, list) else v for k, v in options.items()}
                optimizer = getattr(torch.optim, kind)(params, **given)
                for grads in steps:
                    for p, g in zip(params, grads):
                        p.grad = g
                    optimizer.step()
                case["grads"] = [{"list": [None if g is None else tensor_json(g) for g in s]} for s in steps]
                case["after"] = [tensor_json(p) for p in params]
                r.write(case)
