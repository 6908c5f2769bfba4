#!/usr/bin/env python3
"""Writes what transformers calls the tensors and settings of the models in ../imports, and reads exported folders; see README.md.

  python3 make.py               a file for each model and class: config.json and the names and shapes of model.safetensors, as
                                save_pretrained writes them, once from_pretrained has read the model (-fresh: from_config has made it)
  python3 make.py read DIR...   what transformers misses in folders that performer exported, and what it does not expect there
"""
import json
import os
import struct
import sys
import tempfile
import torch
import transformers
from transformers.utils import logging

CAUSAL, MASKED = "AutoModelForCausalLM", "AutoModelForMaskedLM"
MODELS = {
    "bert": ["AutoModel", MASKED], "roberta": ["AutoModel", MASKED], "distilbert": ["AutoModel", MASKED], "esm": ["AutoModel", MASKED],
    "esmc": ["AutoModel", MASKED], "modernbert": ["AutoModel", MASKED], "modernbert-biased": [MASKED], "gpt2": [CAUSAL],
    "llama": [CAUSAL], "mistral": [CAUSAL], "qwen2": [CAUSAL], "t5": ["T5EncoderModel", "T5ForConditionalGeneration"],
    "t5-gated": ["T5EncoderModel"],
}


def tensors(path):
    with open(path, "rb") as f:
        header = json.loads(f.read(struct.unpack("<Q", f.read(8))[0]))
    return {name: header[name]["shape"] for name in sorted(header) if name != "__metadata__"}


def make(name, kind, fresh=False):
    source = "../imports/" + name
    with open(source + "/config.json") as f:
        config = transformers.AutoConfig.for_model(**json.load(f))
    auto = getattr(transformers, kind)
    model = auto.from_config(config) if fresh else auto.from_pretrained(source, dtype=torch.float32)
    with tempfile.TemporaryDirectory() as folder:
        model.save_pretrained(folder)
        with open(folder + "/config.json") as f:
            written = json.load(f)
        shapes = tensors(folder + "/model.safetensors")
    short = {"AutoModel": "", MASKED: "-masked", CAUSAL: "", "T5EncoderModel": "", "T5ForConditionalGeneration": "-whole"}[kind]
    lines = ",\n".join("  %s: %s" % (json.dumps(key), json.dumps(shape)) for key, shape in shapes.items())
    with open(name + short + ("-fresh" if fresh else "") + ".json", "w") as f:
        f.write('{\n "imports": "%s",\n "class": "%s",\n "config": %s,\n "tensors": {\n%s\n }\n}\n'
                % (name, type(model).__name__, json.dumps(written, sort_keys=True), lines))


def read(folder):
    with open(folder + "/config.json") as f:
        config = json.load(f)
    kind = getattr(transformers, config.get("architectures", ["AutoModel"])[0])
    kind = transformers.T5EncoderModel if kind is transformers.T5ForConditionalGeneration else kind
    model, info = kind.from_pretrained(folder, output_loading_info=True)
    print(os.path.basename(folder), type(model).__name__, {key: sorted(value) for key, value in info.items() if value}, flush=True)


logging.set_verbosity_error()
logging.disable_progress_bar()
if sys.argv[1:2] == ["read"]:
    for each in sys.argv[2:]:
        read(each)
else:
    for each, kinds in MODELS.items():
        for one in kinds:
            make(each, one)
    make("esm", MASKED, fresh=True)
