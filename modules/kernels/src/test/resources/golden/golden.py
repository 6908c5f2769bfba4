"""Writes the reference vectors beside it: float64, gradients by PyTorch's autograd, nothing shared with the Java code but the formulae.

Usage: python3 golden.py    (made with PyTorch 1.13; any version gives the same to the digits written)

Inputs are multiples of 1/64, so float32 holds them exactly; results have 9 digits. Arrays are flat, row-major. Formulae: docs/maths.md,
section 1; the stabilisers are constants to the gradient.
"""

import json
import math
import random

import torch

B, H, T, D, DV, M = 2, 3, 13, 5, 5, 7
torch.set_default_dtype(torch.float64)


def draw(name, *shape, spread=1.0):
    """Returns numbers that depend on the name only."""
    numbers = random.Random(name)
    flat = [round(64 * spread * numbers.gauss(0, 1)) / 64 for _ in range(math.prod(shape))]
    return torch.tensor(flat).reshape(shape).requires_grad_()


def digits(x):
    if isinstance(x, torch.Tensor):
        return [float("%.9g" % y) for y in x.detach().flatten().tolist()]
    return x


def write(name, content):
    with open(name, "w") as out:
        json.dump(content, out, separators=(",", ":"))
        out.write("\n")


def visible(causal, mask, queries):
    """Returns which keys each query sees, [B,1,queries,T]."""
    seen = mask.bool()[:, None, None, :].expand(B, 1, queries, T)
    return seen & torch.ones(queries, T).tril().bool() if causal else seen


def divide(sums, weights):
    """Rows without any visible key are 0."""
    empty = weights == 0
    return torch.where(empty, torch.zeros(()), sums / torch.where(empty, torch.ones(()), weights))


def exact(q, k, v, seen):
    scores = q @ k.transpose(2, 3) / math.sqrt(D)
    weights = torch.exp(scores) * seen  # scores are small here: no maximum is needed in float64
    return divide(weights @ v, weights.sum(3, keepdim=True))


def favor(q, k, v, seen, w, epsilon, causal):
    """The quadratic form of linear attention with positive features."""

    def exponent(x):
        x = x * D**-0.25
        return x @ w.T - (x * x).sum(3, keepdim=True) / 2  # [B,H,T,M]

    lq = exponent(q)
    fq = torch.exp(lq - lq.max(3, keepdim=True).values.detach()) + epsilon
    lk = exponent(k)
    # the keys' stabiliser: the largest exponent of the keys that count, for each query its own if causal
    counted = seen if causal else seen[:, :, :1, :]
    top = torch.where(counted, lk.max(3).values[:, :, None, :], torch.tensor(-math.inf)).max(3).values.detach()
    top = torch.where(top.isinf(), torch.zeros(()), top)[:, :, :, None, None]  # [B,H,T or 1,1,1]
    fk = torch.exp(torch.minimum(lk[:, :, None] - top, torch.tensor(50.0))) + epsilon  # [B,H,T or 1,T,M]
    weights = torch.einsum("bhtm,bhtjm->bhtj", fq, fk.expand(-1, -1, fq.shape[2], -1, -1)) * seen
    return divide(weights @ v, weights.sum(3, keepdim=True))


def attention(name, cases, function):
    q, k, v, error = (draw(name + x, B, H, T, n) for x, n in (("q", D), ("k", D), ("v", DV), ("e", DV)))
    w = draw(name + "w", M, D)
    mask = torch.ones(B, T)
    mask[0, 9:] = 0  # padding at the end
    mask[1, :2] = 0  # padding at the start, whose causal rows see nothing
    mask[1, 5] = 0
    content = {"shape": {"b": B, "h": H, "t": T, "d": D, "dv": DV, "m": M}, "mask": digits(mask)}
    content |= {"q": digits(q), "k": digits(k), "v": digits(v), "error": digits(error), "w": digits(w), "cases": []}
    for case in cases:
        n = case["queries"]
        seen = visible(case["causal"], mask if case["masked"] else torch.ones(B, T), n)
        out = function(q[:, :, :n], k, v, seen, w, case)
        dq, dk, dv = torch.autograd.grad(out, (q, k, v), error[:, :, :n])
        results = {"out": out, "dq": dq[:, :, :n], "dk": dk, "dv": dv}
        content["cases"].append(case | {key: digits(x) for key, x in results.items()})
    write(name + ".json", content)


def layer_norm(rows=7, width=11, epsilon=1e-5):
    x, gain, bias = draw("x", rows, width), draw("gain", width), draw("bias", width)
    error = draw("error", rows, width)
    out = torch.nn.functional.layer_norm(x, (width,), gain, bias, epsilon)
    dx, dgain, dbias = torch.autograd.grad(out, (x, gain, bias), error)
    results = dict(x=x, gain=gain, bias=bias, error=error, out=out, dx=dx, dgain=dgain, dbias=dbias)
    return {"rows": rows, "width": width, "epsilon": epsilon} | {k: digits(y) for k, y in results.items()}


def feed_forward(rows=7, width=11, hidden=13):
    x, error = draw("x", rows, width), draw("error", rows, width)
    w1, b1 = draw("w1", width, hidden, spread=0.5), draw("b1", hidden)
    w2, b2 = draw("w2", hidden, width, spread=0.5), draw("b2", width)
    out = torch.nn.functional.gelu(x @ w1 + b1) @ w2 + b2
    dx, dw1, db1, dw2, db2 = torch.autograd.grad(out, (x, w1, b1, w2, b2), error)
    results = dict(x=x, w1=w1, b1=b1, w2=w2, b2=b2, error=error, out=out, dx=dx, dw1=dw1, db1=db1, dw2=dw2, db2=db2)
    return {"rows": rows, "width": width, "hidden": hidden} | {k: digits(y) for k, y in results.items()}


def cross_entropy(rows=7, vocabulary=17, weight=0.25):
    logits = draw("logits", rows, vocabulary, spread=3)
    labels = [3, -1, 16, 0, -1, 9, 3]
    loss = torch.nn.functional.cross_entropy(logits, torch.tensor(labels), ignore_index=-1, reduction="sum")
    gradient = torch.autograd.grad(loss * weight, logits)[0]
    sizes = {"rows": rows, "vocabulary": vocabulary, "labels": labels, "weight": weight, "loss": loss.item()}
    return sizes | {"logits": digits(logits), "gradient": digits(gradient)}


def adam_w(n=19, step=3):
    """The state before and after step 3 of the optimiser, from zero."""
    options = {"beta1": 0.9, "beta2": 0.98, "epsilon": 1e-6, "decay": 0.125, "rate": 0.0625, "factor": 0.5}
    p = draw("p", n)
    betas = (options["beta1"], options["beta2"])
    rule = torch.optim.AdamW(
        [p], lr=options["rate"], betas=betas, eps=options["epsilon"], weight_decay=options["decay"]
    )
    for i in range(1, step + 1):
        before = [p.detach().clone()]
        before += [rule.state[p][key].clone() for key in ("exp_avg", "exp_avg_sq")] if i > 1 else []
        gradient = draw("gradient%d" % i, n)
        p.grad = gradient.detach() * options["factor"]
        rule.step()
    results = {"p": before[0], "m": before[1], "v": before[2], "gradient": gradient, "pAfter": p}
    results |= {"mAfter": rule.state[p]["exp_avg"], "vAfter": rule.state[p]["exp_avg_sq"]}
    return options | {"n": n, "step": step} | {k: digits(x) for k, x in results.items()}


both = [{"causal": causal, "masked": True, "queries": T} for causal in (False, True)]
cross = {"causal": False, "masked": True, "queries": 4}
attention("exact-attention", both + [cross], lambda q, k, v, seen, w, case: exact(q, k, v, seen))
attention(
    "linear-attention",
    [case | {"epsilon": epsilon} for case in both for epsilon in (1e-6, 1e-2)] + [cross | {"epsilon": 1e-6}],
    lambda q, k, v, seen, w, case: favor(q, k, v, seen, w, case["epsilon"], case["causal"]),
)
write(
    "layers.json",
    {
        "layerNorm": layer_norm(),
        "feedForward": feed_forward(),
        "crossEntropy": cross_entropy(),
        "adamW": adam_w(),
    },
)
