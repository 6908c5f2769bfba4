// What the tests call: memory, launches by name, and a product, all checked.
namespace emulation {

static const u64 POISON = 0xff;

extern "C" {

u64 emulation_allocate_on(int device, i64 bytes) {
    size_t n = bytes > 0 ? (size_t)bytes : 4;
    char *p = (char *)aligned_alloc(256, (n + 255 + 256) / 256 * 256);
    if (p == nullptr) {
        return 0;
    }
    memset(p, POISON, n);
    std::lock_guard<std::recursive_mutex> lock(guard);
    memories[(u64)p] = Memory{p, n, device};
    return (u64)p;
}

u64 emulation_allocate(i64 bytes) { return emulation_allocate_on(0, bytes); }

int emulation_free(u64 address) {
    std::lock_guard<std::recursive_mutex> lock(guard);
    auto at = memories.find(address);
    if (at == memories.end()) {
        return 1;
    }
    free(at->second.from);
    memories.erase(at);
    return 0;
}

static bool inside(u64 address, i64 bytes) {
    const Memory *m = memory(address);
    return m != nullptr && address + bytes <= (u64)m->from + m->bytes;
}

int emulation_write(u64 to, const void *from, i64 bytes) {
    if (!inside(to, bytes)) {
        return 1;
    }
    memcpy((void *)to, from, bytes);
    return 0;
}

int emulation_read(u64 from, void *to, i64 bytes) {
    if (!inside(from, bytes)) {
        return 1;
    }
    memcpy(to, (void *)from, bytes);
    return 0;
}

int emulation_zero(u64 to, i64 bytes) {
    if (!inside(to, bytes)) {
        return 1;
    }
    memset((void *)to, 0, bytes);
    return 0;
}

void emulation_order(int kind, u64 seed) {
    order = kind;
    stream = seed;
}

const char *emulation_failure() { return failure.c_str(); }

// C = alpha op(A) op(B) + beta C, row-major, of batches; 1 if a matrix leaves its memory.
int emulation_product(
        int ta, int tb, int m, int n, int k, float alpha, u64 a, int lda, i64 sa, u64 b, int ldb, i64 sb, float beta, u64 c,
        int ldc, i64 sc, int batch) {
    i64 la = (i64)((ta ? k : m) - 1) * lda + (ta ? m : k) + (batch - 1) * sa;
    i64 lb = (i64)((tb ? n : k) - 1) * ldb + (tb ? k : n) + (batch - 1) * sb;
    i64 lc = (i64)(m - 1) * ldc + n + (batch - 1) * sc;
    if (!inside(a, la * 4) || !inside(b, lb * 4) || !inside(c, lc * 4)) {
        return 1;
    }
    std::vector<float> row(n);
    std::vector<float> turned(tb ? (size_t)k * n : 0);
    for (int i = 0; i < batch; i++) {
        const float *pa = (const float *)a + i * sa;
        const float *pb = (const float *)b + i * sb;
        i64 rowsOfB = tb ? n : ldb;
        for (int l = 0; l < k && tb; l++) {
            for (int j = 0; j < n; j++) {
                turned[(i64)l * n + j] = pb[(i64)j * ldb + l];
            }
        }
        pb = tb ? turned.data() : pb;
        float *pc = (float *)c + i * sc;
        for (int r = 0; r < m; r++) {
            std::fill(row.begin(), row.end(), 0.0f);
            for (int l = 0; l < k; l++) {
                float x = ta ? pa[(i64)l * lda + r] : pa[(i64)r * lda + l];
                for (int j = 0; j < n; j++) {
                    row[j] += x * pb[l * rowsOfB + j];
                }
            }
            for (int j = 0; j < n; j++) {
                pc[(i64)r * ldc + j] = alpha * row[j] + (beta == 0 ? 0.0f : beta * pc[(i64)r * ldc + j]);
            }
        }
    }
    return 0;
}

} // extern "C"
} // namespace emulation
