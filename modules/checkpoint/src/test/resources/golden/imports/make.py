#!/usr/bin/env python3
"""Makes the models of this folder, small and random, and what they compute, in float64 by numpy alone.

Written from the papers (BERT 1810.04805, RoBERTa 1907.11692, DistilBERT 1910.01108, GPT-2 2019, Llama 2302.13971, RoFormer
2104.09864) and the layout of their files, one token and one head at a time; it shares nothing with the Java program.
Run it in this folder: python3 make.py
"""
import json
import math
import os
import struct
import numpy as np

E, H, LAYERS, F, V, P = 12, 3, 2, 20, 13, 9
D = E // H
ROWS = [[2, 5, 9, 12, 7, 3], [2, 11, 6, 3]]
rng = np.random.RandomState(20)


# ---- files -----------------------------------------------------------------------------------------------------------
def rounded(a, dtype):
    """Returns the bytes of an array and the values that they hold."""
    if dtype == "F16":
        b = a.astype("<f2")
        return b.tobytes(), b.astype(np.float64)
    if dtype == "BF16":
        bits = a.astype("<f4").view("<u4") & np.uint32(0xFFFF0000)
        return (bits >> 16).astype("<u2").tobytes(), bits.view("<f4").astype(np.float64)
    b = a.astype("<f4" if dtype == "F32" else "<f8")
    return b.tobytes(), b.astype(np.float64)


def safetensors(path, named):
    """named: name -> (dtype, shape, bytes)"""
    header, at = {"__metadata__": {"format": "pt"}}, 0
    for name, (dtype, shape, data) in named.items():
        header[name] = {"dtype": dtype, "shape": list(shape), "data_offsets": [at, at + len(data)]}
        at += len(data)
    text = json.dumps(header).encode()
    with open(path, "wb") as f:
        f.write(struct.pack("<Q", len(text)) + text + b"".join(v[2] for v in named.values()))


class Model:
    def __init__(self, name, dtype, config, tokens):
        self.name, self.dtype, self.config, self.tokens = name, dtype, config, tokens
        self.w, self.files = {}, {}

    def add(self, name, *shape, centre=0.0, scale=0.5):
        data, self.w[name] = rounded(centre + scale * rng.randn(*shape), self.dtype)
        self.files[name] = (self.dtype, shape, data)

    def raw(self, name, dtype, shape, data):
        self.files[name] = (dtype, shape, data)

    def write(self, expected):
        os.makedirs(self.name, exist_ok=True)
        safetensors(self.name + "/model.safetensors", self.files)
        vocabulary = {t: i for i, t in enumerate(self.tokens)}
        special = [t for t in self.tokens if t[0] in "[<"]
        tokenizer = {
            "version": "1.0", "truncation": None, "padding": None,
            "added_tokens": [{"id": vocabulary[t], "content": t, "single_word": False, "lstrip": False, "rstrip": False,
                              "normalized": False, "special": True} for t in special],
            "normalizer": None, "pre_tokenizer": {"type": "Whitespace"}, "post_processor": None, "decoder": None,
            "model": {"type": "WordLevel", "vocab": vocabulary, "unk_token": special[1]}}
        for file, content in (("config", self.config), ("tokenizer", tokenizer), ("expected", expected)):
            with open(self.name + "/" + file + ".json", "w") as f:
                json.dump(content, f, indent=1)
                f.write("\n")


# ---- mathematics -----------------------------------------------------------------------------------------------------
def layer_norm(x, gain, bias, eps):
    centred = x - x.mean()
    return gain * centred / math.sqrt((centred ** 2).mean() + eps) + bias


def rms_norm(x, gain, eps):
    return gain * x / math.sqrt((x ** 2).mean() + eps)


def erf_gelu(x):
    return np.array([0.5 * v * (1 + math.erf(v / math.sqrt(2))) for v in x])


def tanh_gelu(x):
    return 0.5 * x * (1 + np.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x ** 3)))


def silu(x):
    return x / (1 + np.exp(-x))


def softmax(s):
    e = np.exp(s - s.max())
    return e / e.sum()


def attend(q, k, v, causal, heads=H, key_heads=H):
    """q: [T, heads*D], k and v: [T, key_heads*D]; a head of keys serves heads/key_heads heads of queries, one after another"""
    out = np.zeros_like(q)
    for h in range(heads):
        g = h // (heads // key_heads)
        for t in range(len(q)):
            seen = t + 1 if causal else len(q)
            scores = np.array([q[t, h * D:(h + 1) * D] @ k[s, g * D:(g + 1) * D] / math.sqrt(D) for s in range(seen)])
            p = softmax(scores)
            out[t, h * D:(h + 1) * D] = sum(p[s] * v[s, g * D:(g + 1) * D] for s in range(seen))
    return out


def rotate(x, base):
    """By halves: (x_i, x_(i+D/2)) turn by t * base^(-2i/D)."""
    y = x.copy()
    for t in range(len(x)):
        for h in range(x.shape[1] // D):
            for i in range(D // 2):
                a, b = h * D + i, h * D + i + D // 2
                angle = t * base ** (-2 * i / D)
                y[t, a] = x[t, a] * math.cos(angle) - x[t, b] * math.sin(angle)
                y[t, b] = x[t, b] * math.cos(angle) + x[t, a] * math.sin(angle)
    return y


# ---- BERT and its children -------------------------------------------------------------------------------------------
def encoder(model, prefix, n, layer, skipped, eps, act, head=None, head_act=None):
    w = model.w

    def lin(x, name):
        return x @ w[name + ".weight"].T + w[name + ".bias"]

    def norm(x, name):
        return np.array([layer_norm(r, w[name + ".weight"], w[name + ".bias"], eps) for r in x])

    def dense(name, i, o):
        model.add(name + ".weight", o, i)
        model.add(name + ".bias", o)

    def gain(name):
        model.add(name + ".weight", E, centre=1, scale=0.2)
        model.add(name + ".bias", E)

    token, place, kind = (prefix + "embeddings." + s for s in ("word_embeddings.weight", "position_embeddings.weight",
                                                                "token_type_embeddings.weight"))
    model.add(token, V, E)
    model.add(place, P + skipped, E)
    if n["types"]:
        model.add(kind, n["types"], E)
    gain(prefix + "embeddings.LayerNorm")
    for i in range(LAYERS):
        for m in ("q", "k", "v", "o"):
            dense(layer % i + n[m], E, E)
        gain(layer % i + n["n1"])
        dense(layer % i + n["f1"], E, F)
        dense(layer % i + n["f2"], F, E)
        gain(layer % i + n["n2"])
    hidden = []
    for ids in ROWS:
        x = np.array([w[token][i] + w[place][t + skipped] for t, i in enumerate(ids)])
        if n["types"]:
            x = x + w[kind][0]
        x = norm(x, prefix + "embeddings.LayerNorm")
        for i in range(LAYERS):
            q, k, v = (lin(x, layer % i + n[m]) for m in ("q", "k", "v"))
            x = norm(x + lin(attend(q, k, v, False), layer % i + n["o"]), layer % i + n["n1"])
            f = np.array([act(r) for r in lin(x, layer % i + n["f1"])])
            x = norm(x + lin(f, layer % i + n["f2"]), layer % i + n["n2"])
        hidden.append(x.tolist())
    expected = {"rows": ROWS, "hidden": hidden}
    if head:
        expected["masked"] = [[masked(w, head, prefix, token, r, eps, head_act or act) for r in rows] for rows in hidden]
    model.write(expected)


def masked(w, head, prefix, token, row, eps, act):
    """softmax(norm(f(W x + b)) T' + c)"""
    dense, norm, table, bias = head
    z = act(w[dense + ".weight"] @ np.array(row) + w[dense + ".bias"])
    y = layer_norm(z, w[norm + ".weight"], w[norm + ".bias"], eps)
    return softmax(w[table if table in w else token] @ y + w[bias]).tolist()


def add_head(model, head, own):
    dense, norm, table, bias = head
    model.add(dense + ".weight", E, E)
    model.add(dense + ".bias", E)
    model.add(norm + ".weight", E, centre=1, scale=0.2)
    model.add(norm + ".bias", E)
    if own:
        model.add(table, V, E)
    model.add(bias, V)


BERT = dict(types=2, q="attention.self.query", k="attention.self.key", v="attention.self.value", o="attention.output.dense",
            n1="attention.output.LayerNorm", f1="intermediate.dense", f2="output.dense", n2="output.LayerNorm")
DISTIL = dict(types=0, q="attention.q_lin", k="attention.k_lin", v="attention.v_lin", o="attention.out_lin", n1="sa_layer_norm",
              f1="ffn.lin1", f2="ffn.lin2", n2="output_layer_norm")
WORDS = list("abcdefgh")
BERT_TOKENS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"] + WORDS
SHARED = dict(hidden_size=E, num_hidden_layers=LAYERS, num_attention_heads=H, intermediate_size=F, vocab_size=V)

m = Model("bert", "F32", dict(SHARED, model_type="bert", max_position_embeddings=P, type_vocab_size=2, hidden_act="gelu",
                              layer_norm_eps=1e-3, hidden_dropout_prob=0.1, position_embedding_type="absolute"), BERT_TOKENS)
m.raw("embeddings.position_ids", "I64", (1, P), np.arange(P).astype("<i8").tobytes())
m.add("pooler.dense.weight", E, E)
m.add("pooler.dense.bias", E)
encoder(m, "", BERT, "encoder.layer.%d.", 0, 1e-3, erf_gelu)

m = Model("roberta", "F64", dict(SHARED, model_type="roberta", max_position_embeddings=P + 2, type_vocab_size=1,
                                 hidden_act="gelu_new", layer_norm_eps=1e-5, pad_token_id=1),
          ["<s>", "<pad>", "</s>", "<unk>", "<mask>"] + WORDS)
for head in ("lm_head.bias", "lm_head.layer_norm.weight"):
    m.add(head, V if head == "lm_head.bias" else E)
encoder(m, "roberta.", dict(BERT, types=1), "roberta.encoder.layer.%d.", 2, 1e-5, tanh_gelu)

m = Model("distilbert", "F16", dict(model_type="distilbert", dim=E, n_layers=LAYERS, n_heads=H, hidden_dim=F, vocab_size=V,
                                    max_position_embeddings=P, activation="relu", dropout=0.1,
                                    sinusoidal_pos_embds=False), BERT_TOKENS)
m.add("vocab_transform.weight", E, E)
encoder(m, "distilbert.", DISTIL, "distilbert.transformer.layer.%d.", 0, 1e-12, lambda r: np.maximum(r, 0))

# ---- GPT-2 -----------------------------------------------------------------------------------------------------------
m = Model("gpt2", "F32", dict(model_type="gpt2", n_embd=E, n_layer=LAYERS, n_head=H, n_inner=None, n_positions=P, vocab_size=V,
                              activation_function="gelu_new", layer_norm_epsilon=1e-5, resid_pdrop=0.0),
          ["<|endoftext|>", "<unk>"] + list("abcdefghijk"))
w = m.w
m.add("wte.weight", V, E)
m.add("wpe.weight", P, E)
for i in range(LAYERS):
    h = "h.%d." % i
    for name, a, b in (("attn.c_attn", E, 3 * E), ("attn.c_proj", E, E), ("mlp.c_fc", E, 4 * E), ("mlp.c_proj", 4 * E, E)):
        m.add(h + name + ".weight", a, b)  # Conv1D: [in, out]
        m.add(h + name + ".bias", b)
    for name in ("ln_1", "ln_2"):
        m.add(h + name + ".weight", E, centre=1, scale=0.2)
        m.add(h + name + ".bias", E)
    m.raw(h + "attn.bias", "U8", (1, 1, P, P), np.tril(np.ones((P, P))).astype("u1").tobytes())
m.add("ln_f.weight", E, centre=1, scale=0.2)
m.add("ln_f.bias", E)
hidden, chances = [], []
for ids in ROWS:
    x = np.array([w["wte.weight"][i] + w["wpe.weight"][t] for t, i in enumerate(ids)])
    for i in range(LAYERS):
        h = "h.%d." % i
        a = np.array([layer_norm(r, w[h + "ln_1.weight"], w[h + "ln_1.bias"], 1e-5) for r in x])
        a = a @ w[h + "attn.c_attn.weight"] + w[h + "attn.c_attn.bias"]
        a = attend(a[:, :E], a[:, E:2 * E], a[:, 2 * E:], True)
        x = x + a @ w[h + "attn.c_proj.weight"] + w[h + "attn.c_proj.bias"]
        f = np.array([layer_norm(r, w[h + "ln_2.weight"], w[h + "ln_2.bias"], 1e-5) for r in x])
        f = tanh_gelu(f @ w[h + "mlp.c_fc.weight"] + w[h + "mlp.c_fc.bias"])
        x = x + f @ w[h + "mlp.c_proj.weight"] + w[h + "mlp.c_proj.bias"]
    x = np.array([layer_norm(r, w["ln_f.weight"], w["ln_f.bias"], 1e-5) for r in x])
    hidden.append(x.tolist())
    chances.append([softmax(r @ w["wte.weight"].T).tolist() for r in x])
m.write({"rows": ROWS, "hidden": hidden, "probabilities": chances})


# ---- Llama and its children ------------------------------------------------------------------------------------------
def llama(name, dtype, key_heads, heads, tied, bias, base, extra):
    m = Model(name, dtype, dict(model_type=name, hidden_size=heads * D, num_hidden_layers=LAYERS, num_attention_heads=heads,
                                num_key_value_heads=key_heads, intermediate_size=F, vocab_size=V, max_position_embeddings=P,
                                hidden_act="silu", rms_norm_eps=1e-5, rope_theta=base, tie_word_embeddings=tied, **extra),
              ["<s>", "<unk>", "</s>"] + list("abcdefghij"))
    w, e = m.w, heads * D
    m.add("model.embed_tokens.weight", V, e)
    for i in range(LAYERS):
        p = "model.layers.%d." % i
        for n, a, b in (("self_attn.q_proj", e, e), ("self_attn.k_proj", e, key_heads * D),
                        ("self_attn.v_proj", e, key_heads * D), ("self_attn.o_proj", e, e), ("mlp.gate_proj", e, F),
                        ("mlp.up_proj", e, F), ("mlp.down_proj", F, e)):
            m.add(p + n + ".weight", b, a)
            if bias and n[-6] in "qkv" and n.startswith("self"):
                m.add(p + n + ".bias", b)
        for n in ("input_layernorm", "post_attention_layernorm"):
            m.add(p + n + ".weight", e, centre=1, scale=0.2)
    m.add("model.norm.weight", e, centre=1, scale=0.2)
    if not tied:
        m.add("lm_head.weight", V, e)
    table = w["model.embed_tokens.weight" if tied else "lm_head.weight"]
    hidden, chances = [], []
    for ids in ROWS:
        x = np.array([w["model.embed_tokens.weight"][i] for i in ids])
        for i in range(LAYERS):
            p = "model.layers.%d." % i

            def lin(y, n):
                return y @ w[p + n + ".weight"].T + w.get(p + n + ".bias", 0)
            a = np.array([rms_norm(r, w[p + "input_layernorm.weight"], 1e-5) for r in x])
            q, k = (rotate(lin(a, "self_attn.%s_proj" % n), base) for n in "qk")
            x = x + lin(attend(q, k, lin(a, "self_attn.v_proj"), True, heads, key_heads), "self_attn.o_proj")
            f = np.array([rms_norm(r, w[p + "post_attention_layernorm.weight"], 1e-5) for r in x])
            x = x + lin(silu(lin(f, "mlp.gate_proj")) * lin(f, "mlp.up_proj"), "mlp.down_proj")
        x = np.array([rms_norm(r, w["model.norm.weight"], 1e-5) for r in x])
        hidden.append(x.tolist())
        chances.append([softmax(table @ r).tolist() for r in x])
    m.write({"rows": ROWS, "hidden": hidden, "probabilities": chances})


llama("llama", "BF16", 2, 4, False, False, 500.0, {})
llama("mistral", "F32", 4, 4, False, False, 10000.0, {"sliding_window": 8})
llama("qwen2", "F32", 1, 4, True, True, 1000.0, {"use_sliding_window": False, "sliding_window": 3})

# ---- every element type ----------------------------------------------------------------------------------------------
numbers = [-2.5, 0.0, 1.0, 3.0e-5]
named = {}
for dtype in ("F64", "F32", "F16", "BF16"):
    named[dtype] = (dtype, (2, 2), rounded(np.array(numbers), dtype)[0])
for dtype, kind in (("I64", "<i8"), ("I32", "<i4"), ("I16", "<i2"), ("I8", "i1")):
    named[dtype] = (dtype, (3,), np.array([-7, 0, 100]).astype(kind).tobytes())
named["U8"] = ("U8", (2,), bytes([0, 255]))
named["BOOL"] = ("BOOL", (2,), bytes([0, 1]))
named["scalar"] = ("F32", (), struct.pack("<f", 1.5))
named["empty"] = ("F32", (0, 4), b"")
named["half"] = ("F16", (6,), struct.pack("<6H", 0x0001, 0x8000, 0x7BFF, 0x7C00, 0x3C01, 0x03FF))
safetensors("types.safetensors", named)

# ---- heads for masked tokens -----------------------------------------------------------------------------------------
ROWS = [[2, 5, 9, 12, 7, 3], [2, 11, 6, 3]]
HEAD = ("cls.predictions.transform.dense", "cls.predictions.transform.LayerNorm", "cls.predictions.decoder.weight",
        "cls.predictions.bias")
m = Model("bert-masked", "F32", dict(SHARED, model_type="bert", max_position_embeddings=P, type_vocab_size=2, hidden_act="gelu",
                                     layer_norm_eps=1e-3), BERT_TOKENS)
add_head(m, HEAD, False)
m.add("cls.seq_relationship.weight", 2, E)
m.add("cls.seq_relationship.bias", 2)
encoder(m, "bert.", BERT, "bert.encoder.layer.%d.", 0, 1e-3, erf_gelu, HEAD)

HEAD = ("lm_head.dense", "lm_head.layer_norm", "lm_head.decoder.weight", "lm_head.bias")
m = Model("roberta-masked", "F32", dict(SHARED, model_type="roberta", max_position_embeddings=P + 2, type_vocab_size=1,
                                        hidden_act="relu", layer_norm_eps=1e-5, pad_token_id=1),
          ["<s>", "<pad>", "</s>", "<unk>", "<mask>"] + WORDS)
add_head(m, HEAD, True)
encoder(m, "roberta.", dict(BERT, types=1), "roberta.encoder.layer.%d.", 2, 1e-5, lambda r: np.maximum(r, 0), HEAD, erf_gelu)

HEAD = ("vocab_transform", "vocab_layer_norm", "vocab_projector.weight", "vocab_projector.bias")
m = Model("distilbert-masked", "F32", dict(model_type="distilbert", dim=E, n_layers=LAYERS, n_heads=H, hidden_dim=F, vocab_size=V,
                                           max_position_embeddings=P, activation="gelu"), BERT_TOKENS)
add_head(m, HEAD, False)
encoder(m, "distilbert.", DISTIL, "distilbert.transformer.layer.%d.", 0, 1e-12, erf_gelu, HEAD)

# ---- ESM-2 (Lin and others, 2023): tokens were dropped in training, so embeddings shrink by 1 - 0.15 * 0.8 -----------
m = Model("esm", "F32", dict(SHARED, model_type="esm", max_position_embeddings=P + 2, position_embedding_type="rotary",
                             hidden_act="gelu", layer_norm_eps=1e-5, hidden_dropout_prob=0.0, pad_token_id=1,
                             token_dropout=True, emb_layer_norm_before=False, mask_token_id=12), [])
w = m.w
HEAD = ("lm_head.dense", "lm_head.layer_norm", "none", "lm_head.bias")
TOKEN = "esm.embeddings.word_embeddings.weight"
m.add(TOKEN, V, E)
m.add("esm.embeddings.position_embeddings.weight", P + 2, E)
m.add("esm.contact_head.regression.weight", 1, LAYERS * H)
for i in range(LAYERS):
    p = "esm.encoder.layer.%d." % i
    for n, a, b in (("attention.self.query", E, E), ("attention.self.key", E, E), ("attention.self.value", E, E),
                    ("attention.output.dense", E, E), ("intermediate.dense", E, F), ("output.dense", F, E)):
        m.add(p + n + ".weight", b, a)
        m.add(p + n + ".bias", b)
    m.raw(p + "attention.self.rotary_embeddings.inv_freq", "F32", (D // 2,),
          (10000.0 ** (-2 * np.arange(D // 2) / D)).astype("<f4").tobytes())
    for n in ("attention.LayerNorm", "LayerNorm"):
        m.add(p + n + ".weight", E, centre=1, scale=0.2)
        m.add(p + n + ".bias", E)
m.add("esm.encoder.emb_layer_norm_after.weight", E, centre=1, scale=0.2)
m.add("esm.encoder.emb_layer_norm_after.bias", E)
add_head(m, HEAD, False)
hidden = []
ROWS = [[0, 5, 9, 4, 7, 2], [0, 11, 6, 2]]
for ids in ROWS:
    x = np.array([0.88 * w[TOKEN][i] for i in ids])
    for i in range(LAYERS):
        p = "esm.encoder.layer.%d." % i

        def lin(y, n):
            return y @ w[p + n + ".weight"].T + w[p + n + ".bias"]

        def norm(y, n):
            return np.array([layer_norm(r, w[n + ".weight"], w[n + ".bias"], 1e-5) for r in y])
        a = norm(x, p + "attention.LayerNorm")
        q, k = (rotate(lin(a, "attention.self." + n), 10000.0) for n in ("query", "key"))
        x = x + lin(attend(q, k, lin(a, "attention.self.value"), False), "attention.output.dense")
        f = np.array([erf_gelu(r) for r in lin(norm(x, p + "LayerNorm"), "intermediate.dense")])
        x = x + lin(f, "output.dense")
    hidden.append(norm(x, "esm.encoder.emb_layer_norm_after").tolist())
chances = [[masked(w, HEAD, "", TOKEN, r, 1e-5, erf_gelu) for r in rows] for rows in hidden]
ESM_TOKENS = ["<cls>", "<pad>", "<eos>", "<unk>"] + list("abcdefgh") + ["<mask>"]
m.tokens = ESM_TOKENS
m.write({"rows": ROWS, "hidden": hidden, "masked": chances})
os.remove("esm/tokenizer.json")
with open("esm/vocab.txt", "w") as f:
    f.write("\n".join(ESM_TOKENS) + "\n")
