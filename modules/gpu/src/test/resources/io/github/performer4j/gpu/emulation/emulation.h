// CUDA C as C++ on one processor thread: blocks one after the other, their threads as fibres that change at barriers and shuffles.
// Memory knows its bounds and begins as NaN; blocks and threads run forward, in reverse, or in an order drawn from a seed.
#pragma once
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

typedef long long i64;
typedef unsigned long long u64;

struct Dim {
    int x, y, z;
};

static Dim threadIdx, blockIdx, blockDim, gridDim;

namespace emulation {

static std::string failure;       // the first one of a launch
static const char *kernel = "";

static void fail(const std::string &what) {
    if (failure.empty()) {
        failure = std::string("kernel=") + kernel + ", block=" + std::to_string(blockIdx.x) + ", thread="
                + std::to_string(threadIdx.x) + ": " + what;
    }
}

struct Memory {
    char *from;
    size_t bytes;
    int device;
};

static int running_on; // the device whose work runs

static std::map<u64, Memory> memories; // by address
static std::recursive_mutex guard;      // of memories: what the collector finds is given back by a thread of its own

static const Memory *memory(u64 address) {
    std::lock_guard<std::recursive_mutex> lock(guard);
    auto next = memories.upper_bound(address);
    if (next == memories.begin()) {
        return nullptr;
    }
    --next;
    return address < next->first + next->second.bytes ? &next->second : nullptr;
}

/** An array that checks each access. */
template <class T> struct Checked {
    T *at = nullptr;
    T *from = nullptr;
    T *to = nullptr;

    T &operator[](i64 i) const {
        T *p = at + i;
        return __builtin_expect(p >= from && p < to, 1) ? *p : outside(i);
    }
    __attribute__((noinline, cold)) T &outside(i64 i) const {
        static typename std::remove_const<T>::type nowhere;
        fail("out of bounds; index=" + std::to_string(i) + ", first=" + std::to_string((i64)(from - at))
                + ", end=" + std::to_string((i64)(to - at)));
        memset((void *)&nowhere, 0xff, sizeof(nowhere));
        return nowhere;
    }
    Checked operator+(i64 i) const { return Checked{at + i, from, to}; }
    explicit operator bool() const { return at != nullptr; }
    operator Checked<const T>() const { return Checked<const T>{at, from, to}; }
};

template <class T> struct Argument {
    static T of(void *p) { return *(T *)p; }
};

template <class T> struct Argument<Checked<T>> {
    static Checked<T> of(void *p) {
        u64 address = *(u64 *)p;
        const Memory *m = memory(address);
        if (address != 0 && m == nullptr) {
            fail("an argument is no address of the device; address=" + std::to_string(address));
        }
        if (m == nullptr) {
            return Checked<T>{};
        }
        if (m->device != running_on) {
            fail("an argument is memory of another device; device=" + std::to_string(running_on) + ", other=" + std::to_string(m->device));
        }
        return Checked<T>{(T *)address, (T *)m->from, (T *)(m->from + m->bytes)};
    }
};

// ---- fibres

static const int MOST = 1024;
static const size_t STACK = 1 << 16;

enum State { READY, BLOCK, WARP, DONE };

struct Fibre {
    void *stack;
    char *memory;
    State state;
};

static Fibre fibres[MOST];
static void *scheduler;
static int running;
static const std::function<void()> *body;

extern "C" void emulation_switch(void **from, void *to);
#if defined(__x86_64__)
__asm__(".text\n.globl emulation_switch\nemulation_switch:\n"
        "pushq %rbp\npushq %rbx\npushq %r12\npushq %r13\npushq %r14\npushq %r15\n"
        "movq %rsp, (%rdi)\nmovq %rsi, %rsp\n"
        "popq %r15\npopq %r14\npopq %r13\npopq %r12\npopq %rbx\npopq %rbp\nret\n");
static const int SAVED = 6;
static const int RETURN = 6;
#elif defined(__aarch64__)
__asm__(".text\n.globl emulation_switch\nemulation_switch:\n"
        "sub sp, sp, #160\n"
        "stp x19, x20, [sp]\nstp x21, x22, [sp, #16]\nstp x23, x24, [sp, #32]\nstp x25, x26, [sp, #48]\n"
        "stp x27, x28, [sp, #64]\nstp x29, x30, [sp, #80]\n"
        "stp d8, d9, [sp, #96]\nstp d10, d11, [sp, #112]\nstp d12, d13, [sp, #128]\nstp d14, d15, [sp, #144]\n"
        "mov x9, sp\nstr x9, [x0]\nmov sp, x1\n"
        "ldp x19, x20, [sp]\nldp x21, x22, [sp, #16]\nldp x23, x24, [sp, #32]\nldp x25, x26, [sp, #48]\n"
        "ldp x27, x28, [sp, #64]\nldp x29, x30, [sp, #80]\n"
        "ldp d8, d9, [sp, #96]\nldp d10, d11, [sp, #112]\nldp d12, d13, [sp, #128]\nldp d14, d15, [sp, #144]\n"
        "add sp, sp, #160\nret\n");
static const int SAVED = 20;
static const int RETURN = 11;
#else
#error "the emulation knows x86-64 and aarch64"
#endif

static void yield(State state) {
    fibres[running].state = state;
    Dim kept = threadIdx;
    emulation_switch(&fibres[running].stack, scheduler);
    threadIdx = kept;
}

static void entry() {
    (*body)();
    yield(DONE);
    abort();
}

static void prepare(int i) {
    Fibre &f = fibres[i];
    if (f.memory == nullptr) {
        f.memory = (char *)aligned_alloc(64, STACK);
    }
    void **top = (void **)(f.memory + STACK - 64);
    top -= SAVED + 2;
    memset(top, 0, (SAVED + 2) * sizeof(void *));
    top[RETURN] = (void *)entry;
    f.stack = top;
    f.state = READY;
}

// ---- orders

static int order;       // 0 forward, 1 reverse, 2 drawn
static u64 stream;

static u64 random_bits() {
    u64 z = (stream += 0x9E3779B97F4A7C15ull);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ull;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBull;
    return z ^ (z >> 31);
}

static void arrange(std::vector<int> &numbers, int n) {
    numbers.resize(n);
    for (int i = 0; i < n; i++) {
        numbers[i] = order == 1 ? n - 1 - i : i;
    }
    for (int i = n - 1; order == 2 && i > 0; i--) {
        std::swap(numbers[i], numbers[random_bits() % (i + 1)]);
    }
}

/** Runs the threads of one block; alone: none waits for another, so that each runs from its beginning to its end. */
static void run_block(int n, bool alone) {
    static std::vector<int> numbers;
    if (alone) {
        arrange(numbers, n);
        for (int i : numbers) {
            threadIdx = Dim{i, 0, 0};
            (*body)();
        }
        return;
    }
    for (int i = 0; i < n; i++) {
        prepare(i);
    }
    int live = n;
    while (live > 0) {
        bool moved = false;
        arrange(numbers, n);
        for (int i : numbers) {
            if (fibres[i].state == READY) {
                moved = true;
                running = i;
                threadIdx = Dim{i, 0, 0};
                emulation_switch(&scheduler, fibres[i].stack);
                live -= fibres[i].state == DONE;
            }
        }
        int waiting = 0;
        for (int i = 0; i < n; i++) {
            waiting += fibres[i].state == BLOCK;
        }
        if (live > 0 && waiting == live) {
            for (int i = 0; i < n; i++) {
                fibres[i].state = fibres[i].state == BLOCK ? READY : fibres[i].state;
            }
            continue;
        }
        for (int w = 0; w < n; w += 32) {
            int at = 0;
            int open = 0;
            for (int i = w; i < w + 32 && i < n; i++) {
                at += fibres[i].state == WARP;
                open += fibres[i].state != DONE;
            }
            for (int i = w; at > 0 && at == open && i < w + 32 && i < n; i++) {
                fibres[i].state = fibres[i].state == WARP ? READY : fibres[i].state;
                moved = true;
            }
        }
        if (!moved) {
            fail("threads of a block wait at different barriers");
            return;
        }
    }
}

// ---- memory that a block shares

struct Room {
    char *memory = nullptr;
    size_t bytes = 0;
    u64 block = 0;
};

static u64 block_number; // of all blocks so far

template <class T> static Checked<T> shared(Room &room, i64 count) {
    if (room.block != block_number) {
        size_t bytes = count * sizeof(T);
        if (room.bytes < bytes) {
            room.memory = (char *)realloc(room.memory, bytes);
            room.bytes = bytes;
        }
        memset(room.memory, 0xff, bytes);
        room.block = block_number;
    }
    T *from = (T *)room.memory;
    return Checked<T>{from, from, from + count};
}

static u64 slots[MOST];

template <class... A, size_t... I>
static int launch(void (*f)(A...), void **arguments, std::index_sequence<I...>, int gx, int gy, int gz, int threads, bool alone) {
    failure.clear();
    std::tuple<A...> values(Argument<A>::of(arguments[I])...);
    if (!failure.empty()) {
        return 1;
    }
    std::function<void()> call = [&]() { std::apply(f, values); };
    body = &call;
    gridDim = Dim{gx, gy, gz};
    blockDim = Dim{threads, 1, 1};
    std::vector<int> blocks;
    arrange(blocks, gx * gy * gz);
    for (int b : blocks) {
        block_number++;
        blockIdx = Dim{b % gx, b / gx % gy, b / gx / gy};
        run_block(threads, alone);
        if (!failure.empty()) {
            return 1;
        }
    }
    return 0;
}

template <class... A> static int launch(void (*f)(A...), void **arguments, int gx, int gy, int gz, int threads, bool alone) {
    return launch(f, arguments, std::index_sequence_for<A...>{}, gx, gy, gz, threads, alone);
}

} // namespace emulation

#define KERNEL static void
#define FUNCTION static inline
#define ARRAY(type) emulation::Checked<type>
#define SHARED(type, name, count) \
    static emulation::Room room_of_##name; \
    emulation::Checked<type> name = emulation::shared<type>(room_of_##name, count)
#define NOTHING (-HUGE_VALF)

// threads that wait must not run alone: then there is no scheduler to go to
static inline void __syncthreads() { emulation::yield(emulation::BLOCK); }

template <class T> static T __shfl_xor_sync(unsigned, T value, int lanes) {
    int own = threadIdx.x;
    emulation::slots[own] = 0;
    memcpy(&emulation::slots[own], &value, sizeof(T));
    emulation::yield(emulation::WARP);
    T other;
    memcpy(&other, &emulation::slots[own ^ lanes], sizeof(T));
    emulation::yield(emulation::WARP);
    return other;
}

static inline int atomicAdd(int *to, int value) {
    int before = *to;
    *to += value;
    return before;
}
