"""Times of eager PyTorch for the model that verify-on-device.sh times: a language model of Performer blocks with learned positive features (arXiv 2009.14794), float32.

Prints rows of the table; ends with 3 where there is no PyTorch with CUDA.
"""
import sys
import time

try:
    import torch
except ImportError:
    sys.exit(3)
if not torch.cuda.is_available():
    sys.exit(3)

LAYERS, WIDTH, HEADS, FEATURES, TOKENS, VOCABULARY, REPEATS = 12, 768, 12, 256, 8192, 256, 3
CHUNK = 64


class Attention(torch.nn.Module):
    """Linear attention [1,H,T,D]: features stabilised, causal sums by chunks."""

    def __init__(self, causal):
        super().__init__()
        self.causal = causal
        self.w = torch.nn.Parameter(torch.randn(FEATURES, WIDTH // HEADS))

    def features(self, x, query):
        x = x * x.shape[-1] ** -0.25
        log = x @ self.w.T - (x * x).sum(-1, keepdim=True) / 2
        top = log.amax(-1, keepdim=True) if query else log.amax((-1, -2), keepdim=True)
        return torch.exp(log - top.detach()) + 1e-6

    def forward(self, q, k, v):
        q, k = self.features(q, True), self.features(k, False)
        v = torch.cat([v, torch.ones_like(v[..., :1])], -1)
        if not self.causal:
            out = q @ (k.transpose(-1, -2) @ v)
        else:
            b, h, t, m = q.shape
            q, k, v = (x.reshape(b, h, t // CHUNK, CHUNK, -1) for x in (q, k, v))
            sums = k.transpose(-1, -2) @ v
            before = sums.cumsum(2) - sums
            out = q @ before + (q @ k.transpose(-1, -2)).tril() @ v
            out = out.reshape(b, h, t, -1)
        return out[..., :-1] / out[..., -1:]


class Block(torch.nn.Module):
    def __init__(self, causal):
        super().__init__()
        self.first, self.second = torch.nn.LayerNorm(WIDTH), torch.nn.LayerNorm(WIDTH)
        self.qkv, self.out = torch.nn.Linear(WIDTH, 3 * WIDTH), torch.nn.Linear(WIDTH, WIDTH)
        self.up, self.down = torch.nn.Linear(WIDTH, 4 * WIDTH), torch.nn.Linear(4 * WIDTH, WIDTH)
        self.attention = Attention(causal)

    def forward(self, x):
        b, t, _ = x.shape
        q, k, v = self.qkv(self.first(x)).reshape(b, t, 3, HEADS, -1).permute(2, 0, 3, 1, 4)
        x = x + self.out(self.attention(q, k, v).transpose(1, 2).reshape(b, t, WIDTH))
        return x + self.down(torch.nn.functional.gelu(self.up(self.second(x))))


def seconds(step):
    step()
    best = float("inf")
    for _ in range(REPEATS):
        torch.cuda.synchronize()
        begun = time.perf_counter()
        step()
        torch.cuda.synchronize()
        best = min(best, time.perf_counter() - begun)
    return best


def row(name, value):
    print(f"| PyTorch {torch.__version__} eager, {name}, T={TOKENS}, E={WIDTH} | {1e3 * value:.1f} ms | - |", flush=True)


torch.backends.cuda.matmul.allow_tf32 = False
torch.manual_seed(1)
for causal in (False, True):
    kind = "causal" if causal else "bidirectional"
    attention = Attention(causal).cuda()
    rows = [torch.randn(1, HEADS, TOKENS, WIDTH // HEADS, device="cuda", requires_grad=True) for _ in range(3)]
    row(f"attention, forward and backward, {kind}", seconds(lambda: attention(*rows).sum().backward()))
    model = torch.nn.Sequential(
        torch.nn.Embedding(VOCABULARY, WIDTH), *[Block(causal) for _ in range(LAYERS)], torch.nn.Linear(WIDTH, VOCABULARY)
    ).cuda()
    optimizer = torch.optim.Adam(model.parameters(), 0.0, betas=(0.9, 0.98), eps=1e-8)
    ids = torch.randint(VOCABULARY, (1, TOKENS), device="cuda")

    def step():
        optimizer.zero_grad()
        torch.nn.functional.cross_entropy(model(ids).flatten(0, 1), ids.flatten()).backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()

    row(f"training step, {LAYERS} layers, {kind}", seconds(step))
    del model, optimizer
    torch.cuda.empty_cache()
