#!/usr/bin/env python3
"""Makes models of this folder by their authors' published programs, and compares the others with them; see README.md.

  python3 make_transformers.py make [NAME...]   small random models, and what transformers computes of them in float64
  python3 make_transformers.py fused ESM NAME   the model NAME as the authors of ESM C name it, computed by their program in the folder ESM
  python3 make_transformers.py jina FOLDER       the model jina-bert, of JinaBERT's modeling_bert.py and configuration_bert.py in FOLDER
  python3 make_transformers.py mosaic FOLDER     the model mosaic-bert, of MosaicBERT's bert_layers.py, bert_padding.py and configuration_bert.py in FOLDER
  python3 make_transformers.py context          what transformers computes of the model bert where rows have two texts, and of esm where tokens are masked
  python3 make_transformers.py compare NAME...  the largest difference between expected.json and what transformers computes

The numbers of a model depend on its name alone. Files are written by make.py's functions of the same names.
"""
import json
import os
import struct
import sys
import zlib
import numpy as np
import torch
from transformers import AutoConfig, AutoModel, AutoModelForCausalLM, AutoModelForMaskedLM, T5EncoderModel
from transformers.utils import logging

E, H, F, V, P = 12, 3, 20, 13, 11
ROWS = [[2, 5, 9, 12, 7, 6, 8, 3], [2, 11, 6, 3]]
WORDS = list("abcdefgh")
BERT_TOKENS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"] + WORDS
ESM_TOKENS = ["<cls>", "<pad>", "<eos>", "<unk>"] + WORDS + ["<mask>"]
T5_TOKENS = ["<pad>", "<unk>", "</s>"] + list("abcdefghij")
T5_ROWS = [[5, 9, 12, 7, 6, 8, 3, 10, 4, 11, 2], [11, 6, 2]]
T5 = dict(model_type="t5", d_model=E, num_layers=2, num_heads=H, vocab_size=V, d_ff=F, relative_attention_num_buckets=8,
          relative_attention_max_distance=9, layer_norm_epsilon=1e-6, dropout_rate=0.1, pad_token_id=0, eos_token_id=2)
SHARED = dict(hidden_size=E, num_attention_heads=H, intermediate_size=F, vocab_size=V, max_position_embeddings=P)
MODERN = dict(SHARED, model_type="modernbert", num_hidden_layers=4, local_attention=4, pad_token_id=0, cls_token_id=2,
              bos_token_id=2, sep_token_id=3, eos_token_id=3, norm_eps=1e-3)
MODELS = {
    "modernbert": (dict(MODERN, global_attn_every_n_layers=3, global_rope_theta=700.0, local_rope_theta=90.0), BERT_TOKENS),
    "modernbert-biased": (dict(MODERN, norm_bias=True, attention_bias=True, classifier_bias=True, hidden_activation="silu",
                               classifier_activation="relu", layer_types=["full_attention", "sliding_attention"] * 2,
                               rope_parameters={"full_attention": {"rope_type": "default", "rope_theta": 300.0},
                                                "sliding_attention": {"rope_type": "default", "rope_theta": 50.0}}),
                          BERT_TOKENS),
    "esmc": (dict(SHARED, model_type="esmc", num_hidden_layers=2, pad_token_id=1, mask_token_id=12,
                  rope_parameters={"rope_type": "default", "rope_theta": 10000.0}), ESM_TOKENS),
    "t5": (dict(T5, d_kv=E // H, feed_forward_proj="relu"), T5_TOKENS),
    "t5-gated": (dict(T5, d_kv=6, feed_forward_proj="gated-gelu", tie_word_embeddings=False), T5_TOKENS),
}


def safetensors(path, named):
    header, at = {"__metadata__": {"format": "pt"}}, 0
    for name, a in named.items():
        header[name] = {"dtype": "F32", "shape": list(a.shape), "data_offsets": [at, at + 4 * a.size]}
        at += 4 * a.size
    text = json.dumps(header).encode()
    with open(path, "wb") as f:
        f.write(struct.pack("<Q", len(text)) + text + b"".join(a.astype("<f4").tobytes() for a in named.values()))


def write(name, config, tokens, weights, expected):
    os.makedirs(name, exist_ok=True)
    safetensors(name + "/model.safetensors", weights)
    files = [("config", config), ("expected", expected)]
    if tokens[0] == "<cls>":
        with open(name + "/vocab.txt", "w") as f:
            f.write("\n".join(tokens) + "\n")
    else:
        special = [t for t in tokens if t[0] in "[<"]
        files.append(("tokenizer", {
            "version": "1.0", "truncation": None, "padding": None,
            "added_tokens": [{"id": tokens.index(t), "content": t, "single_word": False, "lstrip": False, "rstrip": False,
                              "normalized": False, "special": True} for t in special],
            "normalizer": None, "pre_tokenizer": {"type": "Whitespace"}, "post_processor": None, "decoder": None,
            "model": {"type": "WordLevel", "vocab": {t: i for i, t in enumerate(tokens)}, "unk_token": special[1]}}))
    for file, content in files:
        with open(name + "/" + file + ".json", "w") as f:
            json.dump(content, f, indent=1)
            f.write("\n")


def batch(rows):
    longest = max(map(len, rows))
    ids = torch.zeros(len(rows), longest, dtype=torch.long)
    mask = torch.zeros(len(rows), longest, dtype=torch.long)
    for b, row in enumerate(rows):
        ids[b, :len(row)] = torch.tensor(row)
        mask[b, :len(row)] = 1
    return ids, mask


def real(values, rows):
    return [values[b, :len(row)].tolist() for b, row in enumerate(rows)]


def run(folder, kind):
    return kind.from_pretrained(folder, attn_implementation="eager", dtype=torch.float64).eval()


def results(m, rows, key):
    """Each row by itself: padded rows that see nothing within a window are NaN in transformers, and those behind a layer."""
    body = m if key is None else m.base_model
    out = {"rows": rows, "hidden": []}
    with torch.no_grad():
        for row in rows:
            ids = torch.tensor([row])
            out["hidden"] += body(input_ids=ids).last_hidden_state.tolist()
            if key:
                out.setdefault(key, []).extend(torch.softmax(m(input_ids=ids).logits, -1).tolist())
    return out


def make(name):
    config, tokens = MODELS[name]
    t5 = config["model_type"] == "t5"
    c = AutoConfig.for_model(**config)
    m = T5EncoderModel(c) if t5 else AutoModelForMaskedLM.from_config(c)
    rng = np.random.RandomState(zlib.crc32(name.encode()))
    weights = {}
    for key, value in m.state_dict().items():
        if key in ("decoder.weight", "encoder.embed_tokens.weight"):  # the table of tokens
            continue
        gain = key.endswith("norm.weight")
        weights[key] = ((1.0 if gain else 0.0) + (0.2 if gain else 0.5) * rng.randn(*value.shape)).astype("<f4")
    write(name, config, tokens, weights, {})
    found = results(run(name, T5EncoderModel), T5_ROWS, None) if t5 else results(run(name, AutoModelForMaskedLM), ROWS, "masked")
    write(name, config, tokens, weights, found)


def fused(esm, name):
    """The weights of a model under the names of the authors' program, whose layers compute them in float64."""
    sys.path.insert(0, esm)
    import importlib
    import types
    for stub, attributes in (("esm.layers.geom_attention", ["GeometricReasoningOriginalImpl"]),
                             ("esm.utils.structure.affine3d", ["Affine3D"])):
        sys.modules[stub] = types.ModuleType(stub)  # for structures, which ESM C does not read
        for attribute in attributes:
            setattr(sys.modules[stub], attribute, type(attribute, (), {}))
    blocks = importlib.import_module("esm.layers.blocks")
    blocks.swiglu_correction_fn = lambda ratio, width: F  # else a multiple of 256
    stack = importlib.import_module("esm.layers.transformer_stack").TransformerStack
    head = importlib.import_module("esm.layers.regression_head").RegressionHead
    config, tokens = MODELS[name]
    layers = config["num_hidden_layers"]
    body = torch.nn.ModuleDict({"embed": torch.nn.Embedding(V, E), "transformer": stack(E, H, None, layers, n_layers_geom=0),
                                "sequence_head": head(E, V)}).double().eval()
    rng = np.random.RandomState(zlib.crc32(b"fused"))
    weights = {}
    for key, value in body.state_dict().items():
        gain = value.dim() == 1 and key.endswith("weight")
        weights[key] = ((1.0 if gain else 0.0) + (0.2 if gain else 0.5) * rng.randn(*value.shape)).astype("<f4")
    body.load_state_dict({k: torch.tensor(v, dtype=torch.float64) for k, v in weights.items()})
    ids, mask = batch(ROWS)
    with torch.no_grad():
        hidden = body["transformer"](body["embed"](ids), mask.bool())[0]
        chances = torch.softmax(body["sequence_head"](hidden), -1)
    write(name + "-fused", config, tokens, weights, {"rows": ROWS, "hidden": real(hidden, ROWS), "masked": real(chances, ROWS)})


def alibi(folder, name):
    """Post-norm encoders with linear biases: their embedding, encoder and head for masked tokens, in float64."""
    import importlib
    import transformers.pytorch_utils
    import types
    transformers.pytorch_utils.find_pruneable_heads_and_indices = None  # of heads that are cut off, which is not called
    sys.modules["transformers.onnx"] = types.ModuleType("transformers.onnx")  # of former versions, which is not called either
    sys.modules["transformers.onnx"].OnnxConfig = object
    jina = name == "jina-bert"
    config = dict(SHARED, model_type="bert", num_hidden_layers=2, type_vocab_size=2, hidden_act="gelu", layer_norm_eps=1e-3 if jina else 1e-12,
                  pad_token_id=0, hidden_dropout_prob=0.1, attention_probs_dropout_prob=0.0)
    config.update(dict(position_embedding_type="alibi", feed_forward_type="geglu") if jina else dict(alibi_starting_size=16))
    settings = {k: v for k, v in config.items() if k != "model_type"}
    sys.path.insert(0, os.path.dirname(os.path.abspath(folder)) if jina else folder)
    package = os.path.basename(os.path.abspath(folder)) + "." if jina else ""
    code = importlib.import_module(package + ("modeling_bert" if jina else "bert_layers"))
    kind = importlib.import_module(package + "configuration_bert")
    c = kind.JinaBertConfig(**settings) if jina else kind.BertConfig(**settings)
    c.is_decoder = c.add_cross_attention = False
    c.chunk_size_feed_forward = 0
    bert = torch.nn.ModuleDict({"embeddings": (code.JinaBertEmbeddings if jina else code.BertEmbeddings)(c),
                                "encoder": (code.JinaBertEncoder if jina else code.BertEncoder)(c)})
    table = bert["embeddings"].word_embeddings.weight
    head = code.JinaBertOnlyMLMHead(c) if jina else code.BertOnlyMLMHead(c, table)
    m = torch.nn.ModuleDict({"bert": bert, "cls": head}).eval()
    decoder = head.predictions.decoder
    decoder.weight = table
    rng = np.random.RandomState(zlib.crc32(name.encode()))
    weights = {}
    for key, value in m.state_dict().items():
        if key in ("cls.predictions.decoder.weight", "bert.encoder.alibi") or jina and key == "cls.predictions.decoder.bias":
            continue
        gain = key.lower().endswith("layernorm.weight")
        weights[key] = ((1.0 if gain else 0.0) + (0.2 if gain else 0.5) * rng.randn(*value.shape)).astype("<f4")
    m.double().load_state_dict({k: torch.tensor(v, dtype=torch.float64) for k, v in weights.items()}, strict=False)
    ids, mask = batch(ROWS)
    with torch.no_grad():
        x = bert["embeddings"](ids, torch.zeros_like(ids))
        if jina:
            x = bert["encoder"](x, (1.0 - mask[:, None, None, :].double()) * torch.finfo(torch.float64).min)[0]
        else:
            bert["encoder"].alibi = bert["encoder"].alibi.double()
            x = bert["encoder"](x, mask, output_all_encoded_layers=False)[-1]
        chances = torch.softmax(head(x), -1)
    write(name, config, BERT_TOKENS, weights, {"rows": ROWS, "hidden": real(x, ROWS), "masked": real(chances, ROWS)})


def context():
    """Rows whose vectors depend on other ids: the second text is of type 1 (bert), embeddings make up for masks (esm); the latter with a base of rotary positions of its own."""
    pairs = [[2, 5, 9, 3, 12, 7, 3], [2, 11, 3, 6, 3], [2, 8, 6, 3]]
    types = [[int(3 in row[:t]) for t in range(len(row))] for row in pairs]
    with torch.no_grad():
        m = run("bert", AutoModel)
        hidden = [m(input_ids=torch.tensor([row]), token_type_ids=torch.tensor([kind])).last_hidden_state[0].tolist()
                  for row, kind in zip(pairs, types)]
    context_file("bert", {"rows": pairs, "hidden": hidden})
    rows = [[0, 5, 12, 9, 12, 7, 6, 2], [0, 12, 4, 2], [0, 8, 6, 2]]
    m = AutoModelForMaskedLM.from_pretrained("esm", attn_implementation="eager", dtype=torch.float64, rope_theta=50.0).eval()
    rotary = m.base_model.rotary_embeddings
    rotary.inv_freq = rotary.compute_default_rope_parameters(m.config)[0]  # and not those of the file, of base 10000
    context_file("esm", results(m, rows, "masked"))


def context_file(name, found):
    with open(name + "/expected-context.json", "w") as f:
        json.dump(found, f, indent=1)
        f.write("\n")


def compare(name):
    with open(name + "/expected.json") as f:
        expected = json.load(f)
    key = "masked" if "masked" in expected else "probabilities" if "probabilities" in expected else None
    kind = {"masked": AutoModelForMaskedLM, "probabilities": AutoModelForCausalLM, None: AutoModel}[key]
    found = results(run(name, kind), expected["rows"], key)
    worst = {k: max(np.abs(np.array(a) - np.array(b)).max() for a, b in zip(found[k], expected[k])) for k in found if k != "rows"}
    print(name, {k: "%.1e" % v for k, v in worst.items()}, flush=True)


logging.set_verbosity_error()
logging.disable_progress_bar()
torch.manual_seed(0)
if sys.argv[1] == "make":
    for each in sys.argv[2:] or MODELS:
        make(each)
elif sys.argv[1] == "fused":
    fused(sys.argv[2], sys.argv[3])
elif sys.argv[1] == "context":
    context()
elif sys.argv[1] in ("jina", "mosaic"):
    alibi(sys.argv[2], sys.argv[1] + "-bert")
else:
    for each in sys.argv[2:]:
        compare(each)
