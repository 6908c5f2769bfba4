#!/usr/bin/env python3
"""PyTorch side of the comparison, eager, float32: one iteration per input line.

Arguments: the case as JSON (see Case.java), the folder of the inputs, the number of threads.
Answers each line of standard input with one line: `ready <bytes>` at the start, then `check <folder>` -> `ok`, `forward` and `backward` -> milliseconds,
`peak` -> bytes, `quit`. Tensors are files of little-endian float32, named and shaped as in Tensors.java. Shapes: q, k, v [B,H,T,D]; x [B,T,E];
projection [M,D]; causal attention in chunks of 64.

The user's side of fairness: products with biases are one operation, the stabiliser and the norm are subtracted at once, no gradient is accumulated.
"""
import json
import sys
import time

import numpy
import torch
import torch.nn.functional as F

CHUNK = 64
EPSILON = 1e-6  # of the features
NORM_EPSILON = 1e-5
RATE, BETA1, BETA2, ADAM_EPSILON, DECAY = 1e-3, 0.9, 0.999, 1e-8, 0.1

case, inputs, threads = json.loads(sys.argv[1]), sys.argv[2], int(sys.argv[3])
B, T, E, H, M = (case[key] for key in ("batch", "tokens", "width", "heads", "features"))
D = E // H
causal, exact = case["causal"], case["attention"] == "EXACT"
torch.set_num_threads(threads)


def high_water_mark():
    try:
        with open("/proc/self/status") as status:
            for line in status:
                if line.startswith("VmHWM:"):
                    return int(line.split()[1]) * 1024
    except OSError:
        pass
    return 0


def read(name, *shape):
    return torch.from_numpy(numpy.fromfile(f"{inputs}/{name}.f32", dtype="<f4")).view(*shape)


def write(folder, name, tensor):
    tensor.detach().contiguous().numpy().tofile(f"{folder}/{name}.f32")


def features(x, w, query):
    """Stabilised features without epsilon, [B,H,T,M], and each row's largest exponent, [B,H,T,1]."""
    x = x * D**-0.25
    projected = x @ w.t()
    norm = x.square().sum(-1, keepdim=True) / 2
    row = projected.detach().amax(-1, keepdim=True) - norm.detach()
    top = row if query else row.amax(-2, keepdim=True)
    return torch.exp(projected - (norm + top)), row


def chunks(x):
    x = F.pad(x, (0, 0, 0, -T % CHUNK)) if T % CHUNK else x
    return x.reshape(B * H, -1, CHUNK, x.shape[-1])


def attention(q, k, v, w):
    if exact:
        scores = q @ k.transpose(-1, -2) * D**-0.5
        if causal:
            scores = scores.masked_fill(future, float("-inf"))
        return scores.softmax(-1) @ v
    (q, _), (k, row) = features(q, w, True), features(k, w, False)
    q = q + EPSILON
    if not causal:
        k = k + EPSILON
        return (q @ (k.transpose(-1, -2) @ v)) / (q @ k.sum(2, keepdim=True).transpose(-1, -2))
    v1 = torch.cat([v, v.new_ones(B, H, T, 1)], -1)
    # Epsilon belongs to keys stabilised by the maximum so far; here all have one constant, so it is scaled for each row. Its term is a
    # running sum of narrow rows, which costs what adding it to all wide rows of keys would.
    running = row.cummax(2).values
    seen = v1.cumsum(2) * (q.sum(-1, keepdim=True) * (EPSILON * torch.exp(running - running[:, :, -1:])))
    qc, kc, vc = chunks(q), chunks(k), chunks(v1)
    state = kc.transpose(-1, -2) @ vc
    # The sum of earlier chunks, moved by one: with its own state subtracted, a key that outweighs earlier ones would take their digits with it.
    state = F.pad(state[:, :-1].cumsum(1), (0, 0, 0, 0, 1, 0))
    out = (qc @ state + (qc @ kc.transpose(-1, -2)).tril() @ vc).view(B, H, -1, D + 1)[:, :, :T] + seen
    return out[..., :D] / out[..., D:]


def linear(x, p, weight, bias):
    return F.linear(x, p[weight].t(), p[bias])


def heads(x):
    return x.view(B, T, H, D).transpose(1, 2)


def block(x, p, name, w):
    h = F.layer_norm(x, (E,), p[name + "gain1"], p[name + "bias1"], NORM_EPSILON)
    q, k, v = (heads(linear(h, p, name + "W" + r, name + "b" + r)) for r in "qkv")
    y = x + linear(attention(q, k, v, w).transpose(1, 2).reshape(B, T, E), p, name + "Wo", name + "bo")
    h = F.layer_norm(y, (E,), p[name + "gain2"], p[name + "bias2"], NORM_EPSILON)
    return y + linear(F.gelu(linear(h, p, name + "W1", name + "b1")), p, name + "W2", name + "b2")


def block_shapes(name):
    hidden = case["hidden"]
    shapes = {name + "W1": (E, hidden), name + "b1": (hidden,), name + "W2": (hidden, E), name + "b2": (E,)}
    for role in "qkvo":
        shapes[name + "W" + role], shapes[name + "b" + role] = (E, E), (E,)
    for norm in "12":
        shapes[name + "gain" + norm], shapes[name + "bias" + norm] = (E,), (E,)
    return shapes


def load(shapes):
    return {name: read(name, *shape).requires_grad_() for name, shape in shapes.items()}


def projection(layer):
    return None if exact else read(layer + "_projection", M, D)


class Attention:
    """q, k, v -> attended values; gradients for an error that comes from above."""

    def __init__(self):
        self.leaves = load({name: (B, H, T, D) for name in "qkv"})
        self.w, self.error = projection("attention"), read("error", B, H, T, D)

    def forward(self):
        return attention(*self.leaves.values(), self.w)

    def backward(self):
        return dict(zip(self.leaves, torch.autograd.grad(self.forward(), list(self.leaves.values()), self.error)))


class Block(Attention):
    """One Transformer block; gradients to its input and all parameters."""

    def __init__(self):
        self.leaves = load({"x": (B, T, E), **block_shapes("block_")})
        self.w, self.error = projection("block"), read("error", B, T, E)

    def forward(self):
        return block(self.leaves["x"], self.leaves, "block_", self.w)


class Train:
    """A language model and AdamW."""

    def __init__(self):
        vocabulary, self.names = case["vocabulary"], [f"block-{i}" for i in range(case["layers"])]
        shapes = {"embedding_W": (vocabulary, E), "positions_P": (T, E)}
        for name in self.names:
            shapes.update(block_shapes(name + "_"))
        shapes.update({"final-norm_gain": (E,), "final-norm_bias": (E,), "head_W": (E, vocabulary), "head_b": (vocabulary,)})
        self.leaves = load(shapes)
        self.w = [projection(name) for name in self.names]
        self.tokens, self.labels = read("tokens", B, T).long(), read("labels", B * T).long()
        decayed = [p for p in self.leaves.values() if p.dim() == 2]
        plain = [p for p in self.leaves.values() if p.dim() == 1]
        groups = [{"params": decayed, "weight_decay": DECAY}, {"params": plain, "weight_decay": 0.0}]
        self.optimizer, self.step = torch.optim.AdamW(groups, lr=RATE, betas=(BETA1, BETA2), eps=ADAM_EPSILON), 0

    def logits(self):
        p = self.leaves
        x = F.embedding(self.tokens, p["embedding_W"]) + p["positions_P"]
        for name, w in zip(self.names, self.w):
            x = block(x, p, name + "_", w)
        return linear(F.layer_norm(x, (E,), p["final-norm_gain"], p["final-norm_bias"], NORM_EPSILON), p, "head_W", "head_b")

    def forward(self):
        return self.logits().softmax(-1)

    def gradients(self):
        self.optimizer.zero_grad(set_to_none=True)
        F.cross_entropy(self.logits().view(B * T, -1), self.labels).backward()

    def update(self):
        self.step += 1
        for group in self.optimizer.param_groups:  # PyTorch adds epsilon after the correction of bias, Deeplearning4j before
            group["eps"] = ADAM_EPSILON / (1 - BETA2**self.step) ** 0.5
        self.optimizer.step()

    def backward(self):
        self.gradients()
        self.update()


def forward():
    with torch.no_grad():
        return work.forward()


def check(folder):
    write(folder, "output", forward())
    if case["work"] != "TRAIN":
        for name, gradient in work.backward().items():
            write(folder, "gradient." + name, gradient)
        return
    work.gradients()
    for name, leaf in work.leaves.items():
        write(folder, "gradient." + name, leaf.grad)
    work.update()
    for name, leaf in work.leaves.items():
        write(folder, "updated." + name, leaf)


def milliseconds(g):
    start = time.perf_counter()
    g()
    return (time.perf_counter() - start) * 1e3


start = high_water_mark()
future = torch.ones(T, T, dtype=torch.bool).triu(1) if exact and causal else None
work = {"ATTENTION": Attention, "BLOCK": Block, "TRAIN": Train}[case["work"]]()
print("ready", start, flush=True)
while True:
    words = sys.stdin.readline().split()
    if not words or words[0] == "quit":
        break
    if words[0] == "check":
        check(words[1])
        print("ok", flush=True)
    elif words[0] == "peak":
        print(high_water_mark(), flush=True)
    else:
        print(milliseconds({"forward": forward, "backward": work.backward}[words[0]]), flush=True)
