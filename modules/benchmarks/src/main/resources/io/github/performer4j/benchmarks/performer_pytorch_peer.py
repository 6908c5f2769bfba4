#!/usr/bin/env python3
"""Generation by performer-pytorch, as its users call it: AutoregressiveWrapper.generate on one thread, with drawn weights.

Argument: the model's sizes as JSON (see PerformerPytorch.java). Answers each line of standard input with one line: `ready <bytes>` at the start, then
`generate <position> <tokens>` -> milliseconds in which so many tokens were written behind so many others, `quit`.

Causal attention goes by the CUDA operations of fast_transformers where those are, else by performer-pytorch's own in plain PyTorch.
"""
import json
import sys
import time

import torch
from performer_pytorch import AutoregressiveWrapper, PerformerLM

sizes = json.loads(sys.argv[1])
torch.set_num_threads(1)
torch.manual_seed(1)
model = AutoregressiveWrapper(
    PerformerLM(
        num_tokens=sizes["vocabulary"],
        max_seq_len=sizes["tokens"],
        dim=sizes["width"],
        depth=sizes["layers"],
        heads=sizes["heads"],
        dim_head=sizes["headSize"],
        ff_mult=sizes["hiddenByWidth"],
        nb_features=sizes["features"],
        generalized_attention=sizes["relu"],
        causal=True,
    )
)
model.eval()


def generate(position, tokens):
    begin = torch.randint(sizes["vocabulary"], (1, position))
    start = time.perf_counter()
    model.generate(begin, tokens)
    return (time.perf_counter() - start) * 1e3


print("ready", 0, flush=True)
while True:
    words = sys.stdin.readline().split()
    if not words or words[0] == "quit":
        break
    print(generate(int(words[1]), int(words[2])), flush=True)
