// The driver's API, NVRTC's and cuBLAS's, as far as they are called, over the emulation; faults can be asked for.
// What a stream is asked waits in its queue (streams.h); devices have memory, contexts and streams of their own.
namespace emulation {

static const i64 PLENTY = 1ll << 40;
static int driver_version = 12080;
static int device_count = 1;
static i64 memory_limits[MOST_DEVICES] = {PLENTY, PLENTY, PLENTY, PLENTY, PLENTY, PLENTY, PLENTY, PLENTY};
static i64 memory_used[MOST_DEVICES];
static i64 launches_until_lost = -1;
static int lost = -1; // the device that launches_until_lost counts for; -1 for all of them together
static int compilations;
static bool compiles = true;
static bool records = true; // whether graphs are made of what was recorded
static bool peers = true;   // whether devices reach each other

static const int INVALID = 1, OUT_OF_MEMORY = 2, OPEN_ALREADY = 704, NOT_FOUND = 500, LOST = 719, NOT_RECORDED = 900, RECORD_BROKEN = 901;
static const char IMAGE[] = "EMULATION";

extern "C" {

int emulation_launch(int k, int x, int y, int n, void **a);
int emulation_kernel(const char *name);

void emulation_faults(int version, int devices, i64 limit, i64 launches, int good) {
    driver_version = version;
    device_count = devices;
    std::fill(memory_limits, memory_limits + MOST_DEVICES, limit);
    launches_until_lost = launches;
    lost = -1;
    compiles = good != 0;
    records = true;
    peers = true;
    memset(broken, 0, sizeof(broken));
}

void emulation_lose(int device, i64 launches) {
    lost = device;
    launches_until_lost = launches;
}

/** Leaves so much memory on one device. */
void emulation_left(int device, i64 bytes) { memory_limits[device] = memory_used[device] + bytes; }

void emulation_graphs(int works) { records = works != 0; }
void emulation_peers(int reach) { peers = reach != 0; }
int emulation_compilations() { return compilations; }

/** What a device's calls return: LOST once it is. */
static int state(int device) {
    return (launches_until_lost == 0 && (lost < 0 || lost == device)) ? LOST : broken[device];
}

static int count(int device) {
    launches_until_lost -= launches_until_lost > 0 && (lost < 0 || lost == device);
    return state(device);
}

static thread_local int current = -1; // the device of the calling thread's context

static void *context(int device) { return (void *)(u64)(8 + 8 * device); }
static int device_of(void *context) { return (int)((u64)context / 8) - 1; }
static bool is_context(void *c) { return (u64)c % 8 == 0 && device_of(c) >= 0 && device_of(c) < device_count; }
static bool is_device(int d) { return d >= 100 && d < 100 + device_count; }

int cuInit(unsigned flags) { return flags == 0 ? 0 : INVALID; }
int cuDriverGetVersion(int *v) { *v = driver_version; return 0; }
int cuDeviceGetCount(int *n) { *n = device_count; return 0; }
int cuDeviceGet(int *d, int i) { *d = i + 100; return i < device_count ? 0 : INVALID; }
int cuDeviceGetName(char *name, int n, int d) { snprintf(name, n, "Emulated %d", d); return 0; }
int cuDeviceTotalMem_v2(size_t *n, int d) { *n = 3ull << 30; return is_device(d) ? 0 : INVALID; }
int cuDeviceGetAttribute(int *v, int which, int d) { *v = which == 75 ? 9 : 0; return is_device(d) ? 0 : INVALID; }
int cuDevicePrimaryCtxRetain(void **c, int d) { *c = context(d - 100); return is_device(d) ? 0 : INVALID; }
int cuDevicePrimaryCtxRelease_v2(int d) { return d >= 100 ? 0 : INVALID; }
int cuDeviceCanAccessPeer(int *can, int d, int other) { *can = peers; return is_device(d) && is_device(other) && d != other ? 0 : INVALID; }

int cuCtxSetCurrent(void *c) {
    if (device_of(c) < 0 || device_of(c) >= MOST_DEVICES) {
        return INVALID;
    }
    current = device_of(c);
    return state(current);
}

int cuCtxEnablePeerAccess(void *c, unsigned flags) {
    static std::map<std::pair<int, int>, bool> open;
    Guard lock(guard);
    if (!peers || flags != 0 || !is_context(c) || device_of(c) == current) {
        return INVALID;
    }
    bool &known = open[std::make_pair(current, device_of(c))];
    int status = known ? OPEN_ALREADY : 0;
    known = true;
    return status;
}

int cuStreamCreate(void **s, unsigned flags) {
    Guard lock(guard);
    *s = make_stream(current, flags == 1);
    return flags <= 1 ? 0 : INVALID;
}

int cuStreamDestroy_v2(void *s) {
    Guard lock(guard);
    return destroy_stream(s) ? 0 : INVALID;
}

int cuStreamSynchronize(void *s) {
    Guard lock(guard);
    Stream *own = stream_of(s);
    if (own == nullptr) {
        return INVALID;
    }
    if (own->recording != nullptr) {
        own->recording->broken = true;
        return NOT_RECORDED;
    }
    run_all(own);
    return state(own->device);
}

int cuEventCreate(void **e, unsigned flags) {
    Guard lock(guard);
    *e = make_event(current);
    return flags == 2 ? 0 : INVALID;
}

int cuEventDestroy_v2(void *e) {
    Guard lock(guard);
    return destroy_event(e) ? 0 : INVALID;
}

int cuEventRecord(void *e, void *s) {
    Guard lock(guard);
    Event *event = event_of(e);
    Stream *own = stream_of(s);
    if (event == nullptr || own == nullptr || event->device != own->device || own->recording != nullptr) {
        return INVALID;
    }
    event->last = std::make_shared<Ticket>(Ticket{own, false});
    std::shared_ptr<Ticket> said = event->last;
    return enqueue(own, [said]() { said->done = true; return 0; });
}

int cuStreamWaitEvent(void *s, void *e, unsigned flags) {
    Guard lock(guard);
    Event *event = event_of(e);
    Stream *own = stream_of(s);
    if (event == nullptr || own == nullptr || flags != 0 || own->recording != nullptr) {
        return INVALID;
    }
    return event->last == nullptr ? 0 : enqueue(own, []() { return 0; }, event->last);
}

int cuEventSynchronize(void *e) {
    Guard lock(guard);
    Event *event = event_of(e);
    if (event == nullptr) {
        return INVALID;
    }
    run_until(event->last);
    return state(event->device);
}

int cuModuleLoadData(void **m, const void *image) { *m = (void *)24; return strcmp((const char *)image, IMAGE) == 0 ? 0 : INVALID; }
int cuModuleUnload(void *m) { return m == (void *)24 ? 0 : INVALID; }

int cuModuleGetFunction(void **f, void *m, const char *name) {
    int k = emulation_kernel(name);
    *f = (void *)(u64)(k + 1);
    return m == (void *)24 && k >= 0 ? 0 : NOT_FOUND;
}

int cuMemAlloc_v2(u64 *address, size_t bytes) {
    Guard lock(guard);
    if (break_recordings(current)) {
        return NOT_RECORDED;
    }
    if (memory_used[current] + (i64)bytes > memory_limits[current]) {
        return OUT_OF_MEMORY;
    }
    memory_used[current] += bytes;
    *address = emulation_allocate_on(current, bytes);
    return 0;
}

int cuMemFree_v2(u64 address) {
    Guard lock(guard);
    if (break_recordings(current)) {
        return NOT_RECORDED;
    }
    run_device(current);
    const Memory *m = memory(address);
    if (m != nullptr) {
        memory_used[m->device] -= m->bytes;
    }
    int failed = emulation_free(address);
    return state(current) != 0 ? state(current) : failed;
}

int cuMemHostAlloc(void **p, size_t bytes, unsigned flags) {
    Guard lock(guard);
    if (break_recordings(current)) {
        return NOT_RECORDED;
    }
    *p = malloc(bytes);
    return flags == 1 ? 0 : INVALID;
}

int cuMemFreeHost(void *p) {
    Guard lock(guard);
    run_device(current);
    free(p);
    return 0;
}

int cuMemGetInfo_v2(size_t *free, size_t *total) {
    *free = memory_limits[current] - memory_used[current];
    *total = memory_limits[current];
    return 0;
}

int cuMemsetD8Async(u64 to, unsigned char value, size_t n, void *s) {
    Guard lock(guard);
    Stream *own = stream_of(s);
    return own == nullptr || value != 0 ? INVALID : enqueue(own, [=]() { return emulation_zero(to, n); });
}

/** Copies between the process and a device: never part of a graph here, for that would repeat an address of the process. */
static int copy(void *s, std::function<int()> run) {
    Stream *own = stream_of(s);
    if (own == nullptr) {
        return INVALID;
    }
    if (own->recording != nullptr) {
        own->recording->broken = true;
        return NOT_RECORDED;
    }
    return enqueue(own, run);
}

int cuMemcpyHtoDAsync_v2(u64 to, const void *from, size_t n, void *s) {
    Guard lock(guard);
    return copy(s, [=]() { return emulation_write(to, from, n); });
}

int cuMemcpyDtoHAsync_v2(void *to, u64 from, size_t n, void *s) {
    Guard lock(guard);
    return copy(s, [=]() { return emulation_read(from, to, n); });
}

int cuMemcpyDtoDAsync_v2(u64 to, u64 from, size_t n, void *s) {
    Guard lock(guard);
    return copy(s, [=]() { return inside(from, n) ? emulation_write(to, (void *)from, n) : INVALID; });
}

int cuMemcpyPeerAsync(u64 to, void *there, u64 from, void *here, size_t n, void *s) {
    Guard lock(guard);
    Stream *own = stream_of(s);
    const Memory *target = memory(to);
    const Memory *source = memory(from);
    if (own == nullptr || target == nullptr || source == nullptr || target->device != device_of(there)
            || source->device != device_of(here) || own->device != target->device) {
        return INVALID;
    }
    return copy(s, [=]() { return inside(from, n) ? emulation_write(to, (void *)from, n) : INVALID; });
}

int cuLaunchKernel(
        void *f, unsigned gx, unsigned gy, unsigned gz, unsigned bx, unsigned by, unsigned bz, unsigned bytes, void *s,
        void **parameters, void **extra) {
    Guard lock(guard);
    Stream *own = stream_of(s);
    if (gz != 1 || by != 1 || bz != 1 || bytes != 0 || own == nullptr || own->device != current || extra != nullptr) {
        return INVALID;
    }
    int k = (int)(u64)f - 1;
    std::shared_ptr<Arguments> kept = std::make_shared<Arguments>(parameters, emulation_arguments(k));
    if (own->recording == nullptr && count(own->device) != 0) {
        return LOST;
    }
    return enqueue(own, [=]() { return emulation_launch(k, gx, gy, bx, kept->pointers.data()); });
}

int cuStreamBeginCapture_v2(void *s, int mode) {
    Guard lock(guard);
    Stream *own = stream_of(s);
    if (own == nullptr || mode != 1 || own->recording != nullptr) {
        return INVALID;
    }
    own->recording = new Graph{own->device, false, {}};
    return state(own->device);
}

int cuStreamEndCapture(void *s, void **graph) {
    Guard lock(guard);
    Stream *own = stream_of(s);
    if (own == nullptr || own->recording == nullptr) {
        return INVALID;
    }
    Graph *made = own->recording;
    own->recording = nullptr;
    if (made->broken) {
        delete made;
        return RECORD_BROKEN;
    }
    *graph = made;
    graphs.insert(made);
    return 0;
}

int cuGraphInstantiateWithFlags(void **ready, void *graph, u64 flags) {
    Guard lock(guard);
    if (graphs.count((Graph *)graph) == 0 || flags != 0) {
        return INVALID;
    }
    if (!records) {
        return OUT_OF_MEMORY;
    }
    Graph *made = new Graph(*(Graph *)graph);
    graphs.insert(made);
    *ready = made;
    most_alive = std::max(most_alive, (int)graphs.size() - 1); // without the one that it was made of
    recorded++;
    return 0;
}

static int destroy(void *graph) {
    Guard lock(guard);
    if (graphs.erase((Graph *)graph) == 0) {
        return INVALID;
    }
    delete (Graph *)graph;
    return 0;
}

int cuGraphDestroy(void *graph) { return destroy(graph); }
int cuGraphExecDestroy(void *ready) { return destroy(ready); }

int cuGraphLaunch(void *ready, void *s) {
    Guard lock(guard);
    Stream *own = stream_of(s);
    Graph *graph = (Graph *)ready;
    if (own == nullptr || graphs.count(graph) == 0 || graph->device != own->device) {
        return INVALID;
    }
    launched++;
    for (const auto &node : graph->nodes) {
        if (count(own->device) != 0) {
            return LOST;
        }
        int status = enqueue(own, node);
        if (status != 0) {
            return status;
        }
    }
    return 0;
}

int cuGetErrorString(int status, const char **said) {
    *said = status == LOST ? "unspecified launch failure"
            : status == INVALID ? (failure.empty() ? "invalid argument" : failure.c_str())
            : status == NOT_RECORDED ? "operation not permitted when stream is capturing"
            : status == RECORD_BROKEN ? "operation failed due to a previous error during capture"
            : "named symbol not found";
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

struct Blas {
    void *stream;
    bool workspace;
};

int cublasCreate_v2(void **h) { *h = new Blas{nullptr, false}; return 0; }
int cublasDestroy_v2(void *h) { delete (Blas *)h; return 0; }

int cublasSetStream_v2(void *h, void *s) {
    Guard lock(guard);
    *(Blas *)h = Blas{s, false}; // the workspace is that of the library again
    return stream_of(s) != nullptr ? 0 : INVALID;
}

int cublasSetWorkspace_v2(void *h, u64 address, size_t bytes) {
    ((Blas *)h)->workspace = inside(address, bytes) && address % 256 == 0;
    return ((Blas *)h)->workspace ? 0 : INVALID;
}

/** Returns whether matrices, columns first, lie in the memory of a device. */
static bool matrices(int device, u64 address, int rows, int columns, int distance, i64 stride, int count) {
    const Memory *m = memory(address);
    i64 last = (i64)(columns - 1) * distance + rows + (count - 1) * stride;
    return m != nullptr && m->device == device && inside(address, last * 4);
}

// Columns first: C_ij at j ldc + i.
int cublasGemmStridedBatchedEx(
        void *h, int opa, int opb, int m, int n, int k, const float *alpha, u64 a, int ta, int lda, i64 sa, u64 b, int tb, int ldb,
        i64 sb, const float *beta, u64 c, int tc, int ldc, i64 sc, int count, int, int algorithm) {
    Guard lock(guard);
    Blas *blas = (Blas *)h;
    Stream *own = stream_of(blas->stream);
    if (own == nullptr || ta != 0 || tb != 0 || tc != 0 || algorithm != -1 || lda < (opa ? k : m) || ldb < (opb ? n : k) || ldc < m
            || (own->recording != nullptr && !blas->workspace)) {
        return 7;
    }
    float by = *alpha, add = *beta;
    return enqueue(own, [=]() {
        if (!matrices(own->device, a, opa ? k : m, opa ? m : k, lda, sa, count)
                || !matrices(own->device, b, opb ? n : k, opb ? k : n, ldb, sb, count)
                || !matrices(own->device, c, m, n, ldc, sc, count)) {
            failure = "a product leaves the device's memory";
            return INVALID;
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
                    to = by * sum + (add == 0 ? 0.0f : add * to);
                }
            }
        }
        return 0;
    });
}

} // extern "C"
} // namespace emulation
