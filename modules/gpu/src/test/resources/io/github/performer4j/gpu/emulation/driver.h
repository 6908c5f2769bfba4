// The driver's API, NVRTC's and cuBLAS's, as far as they are called, over the emulation; faults can be asked for.
namespace emulation {

static int driver_version = 12080;
static int device_count = 1;
static i64 memory_limit = 1ll << 40;
static i64 memory_used;
static i64 launches_until_lost = -1;
static int compilations;
static bool compiles = true;

static const int INVALID = 1, OUT_OF_MEMORY = 2, NOT_FOUND = 500, LOST = 719;
static const char IMAGE[] = "EMULATION";

extern "C" {

int emulation_launch(int k, int x, int y, int n, void **a);
int emulation_kernel(const char *name);

void emulation_faults(int version, int devices, i64 limit, i64 launches, int good) {
    driver_version = version;
    device_count = devices;
    memory_limit = limit;
    launches_until_lost = launches;
    compiles = good != 0;
}

int emulation_compilations() { return compilations; }

static int state() { return launches_until_lost == 0 ? LOST : 0; }

int cuInit(unsigned flags) { return flags == 0 ? 0 : INVALID; }
int cuDriverGetVersion(int *v) { *v = driver_version; return 0; }
int cuDeviceGetCount(int *n) { *n = device_count; return 0; }
int cuDeviceGet(int *d, int i) { *d = i + 100; return 0; }
int cuDeviceGetName(char *name, int n, int d) { snprintf(name, n, "Emulated %d", d); return 0; }
int cuDeviceTotalMem_v2(size_t *n, int d) { *n = 3ull << 30; return d >= 100 ? 0 : INVALID; }
int cuDeviceGetAttribute(int *v, int which, int d) { *v = which == 75 ? 9 : 0; return d >= 100 ? 0 : INVALID; }
int cuDevicePrimaryCtxRetain(void **c, int d) { *c = (void *)8; return d >= 100 ? 0 : INVALID; }
int cuDevicePrimaryCtxRelease_v2(int d) { return d >= 100 ? 0 : INVALID; }
int cuCtxSetCurrent(void *c) { return c == (void *)8 ? state() : INVALID; }
int cuStreamCreate(void **s, unsigned) { *s = (void *)16; return 0; }
int cuStreamDestroy_v2(void *s) { return s == (void *)16 ? 0 : INVALID; }
int cuStreamSynchronize(void *s) { return s == (void *)16 ? state() : INVALID; }
int cuModuleLoadData(void **m, const void *image) { *m = (void *)24; return strcmp((const char *)image, IMAGE) == 0 ? 0 : INVALID; }
int cuModuleUnload(void *m) { return m == (void *)24 ? 0 : INVALID; }

int cuModuleGetFunction(void **f, void *m, const char *name) {
    int k = emulation_kernel(name);
    *f = (void *)(u64)(k + 1);
    return m == (void *)24 && k >= 0 ? 0 : NOT_FOUND;
}

int cuMemAlloc_v2(u64 *address, size_t bytes) {
    if (memory_used + (i64)bytes > memory_limit) {
        return OUT_OF_MEMORY;
    }
    memory_used += bytes;
    *address = emulation_allocate(bytes);
    return 0;
}

int cuMemFree_v2(u64 address) {
    const Memory *m = memory(address);
    memory_used -= m == nullptr ? 0 : m->bytes;
    return emulation_free(address);
}

int cuMemGetInfo_v2(size_t *free, size_t *total) {
    *free = memory_limit - memory_used;
    *total = memory_limit;
    return 0;
}

int cuMemsetD8Async(u64 to, unsigned char value, size_t n, void *) { return value == 0 ? emulation_zero(to, n) : INVALID; }
int cuMemcpyHtoDAsync_v2(u64 to, const void *from, size_t n, void *) { return emulation_write(to, from, n); }
int cuMemcpyDtoHAsync_v2(void *to, u64 from, size_t n, void *) { return emulation_read(from, to, n); }

int cuLaunchKernel(
        void *f, unsigned gx, unsigned gy, unsigned gz, unsigned bx, unsigned by, unsigned bz, unsigned bytes, void *stream,
        void **parameters, void **extra) {
    if (gz != 1 || by != 1 || bz != 1 || bytes != 0 || stream != (void *)16 || extra != nullptr) {
        return INVALID;
    }
    launches_until_lost -= launches_until_lost > 0;
    return state() != 0 ? LOST : emulation_launch((int)(u64)f - 1, gx, gy, bx, parameters);
}

int cuGetErrorString(int status, const char **said) {
    *said = status == LOST ? "unspecified launch failure" : status == INVALID ? failure.c_str() : "named symbol not found";
    return 0;
}

int nvrtcVersion(int *major, int *minor) { *major = 12; *minor = 9; return 0; }
int nvrtcGetNumSupportedArchs(int *n) { *n = 3; return 0; }
int nvrtcGetSupportedArchs(int *all) { all[0] = 80; all[1] = 90; all[2] = 120; return 0; }

int nvrtcCreateProgram(void **program, const char *text, const char *, int headers, const char **, const char **) {
    *program = (void *)new std::string(text);
    return headers;
}

int nvrtcCompileProgram(void *program, int n, const char **options) {
    compilations++;
    bool asked = n == 2 && strcmp(options[0], "--gpu-architecture=sm_90") == 0;
    return asked && compiles && ((std::string *)program)->find("KERNEL adamw(") != std::string::npos ? 0 : 6;
}

int nvrtcGetCUBINSize(void *, size_t *n) { *n = sizeof(IMAGE) - 1; return 0; }
int nvrtcGetCUBIN(void *, char *to) { memcpy(to, IMAGE, sizeof(IMAGE) - 1); return 0; }
static const char LOG[] = "rows.cu(7): warning: something\nrows.cu(9): error: identifier \"k\" is undefined\n";
int nvrtcGetProgramLogSize(void *, size_t *n) { *n = sizeof(LOG); return 0; }
int nvrtcGetProgramLog(void *, char *to) { memcpy(to, LOG, sizeof(LOG)); return 0; }
int nvrtcDestroyProgram(void **program) { delete (std::string *)*program; return 0; }
const char *nvrtcGetErrorString(int) { return "NVRTC_ERROR"; }

int cublasCreate_v2(void **h) { *h = (void *)32; return 0; }
int cublasDestroy_v2(void *h) { return h == (void *)32 ? 0 : INVALID; }
int cublasSetStream_v2(void *h, void *s) { return h == (void *)32 && s == (void *)16 ? 0 : INVALID; }

// Columns first: C_ij at j ldc + i.
int cublasGemmStridedBatchedEx(
        void *h, int opa, int opb, int m, int n, int k, const float *alpha, u64 a, int ta, int lda, i64 sa, u64 b, int tb, int ldb,
        i64 sb, const float *beta, u64 c, int tc, int ldc, i64 sc, int count, int, int algorithm) {
    if (h != (void *)32 || ta != 0 || tb != 0 || tc != 0 || algorithm != -1 || lda < (opa ? k : m) || ldb < (opb ? n : k) || ldc < m) {
        return 7;
    }
    for (int q = 0; q < count; q++) {
        const float *pa = (const float *)a + q * sa;
        const float *pb = (const float *)b + q * sb;
        float *pc = (float *)c + q * sc;
        for (int j = 0; j < n; j++) {
            for (int i = 0; i < m; i++) {
                float sum = 0;
                for (int l = 0; l < k; l++) {
                    sum += (opa ? pa[(i64)i * lda + l] : pa[(i64)l * lda + i]) * (opb ? pb[(i64)l * ldb + j] : pb[(i64)j * ldb + l]);
                }
                float &to = pc[(i64)j * ldc + i];
                to = *alpha * sum + (*beta == 0 ? 0.0f : *beta * to);
            }
        }
    }
    return 0;
}

} // extern "C"
} // namespace emulation
