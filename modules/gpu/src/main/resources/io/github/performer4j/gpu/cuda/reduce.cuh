// Sums and maxima over a block of threads, in one order whatever their timing; blocks are whole warps.

// The exponent below which a factor of an earlier key counts 0, and the denominator below which a row underflowed.
#define FARTHEST (-71.0f)
#define UNDERFLOW_BELOW 9.8607613e-32f

FUNCTION float warp_sum(float v) {
    for (int d = 16; d > 0; d >>= 1) {
        v += __shfl_xor_sync(0xffffffffu, v, d);
    }
    return v;
}

FUNCTION float warp_max(float v) {
    for (int d = 16; d > 0; d >>= 1) {
        v = fmaxf(v, __shfl_xor_sync(0xffffffffu, v, d));
    }
    return v;
}

FUNCTION float block_sum(float v) {
    SHARED(float, part, 32);
    v = warp_sum(v);
    __syncthreads();
    if ((threadIdx.x & 31) == 0) {
        part[threadIdx.x >> 5] = v;
    }
    __syncthreads();
    float sum = 0;
    for (int i = 0; i < (int)(blockDim.x >> 5); i++) {
        sum += part[i];
    }
    return sum;
}

FUNCTION float block_max(float v) {
    SHARED(float, most, 32);
    v = warp_max(v);
    __syncthreads();
    if ((threadIdx.x & 31) == 0) {
        most[threadIdx.x >> 5] = v;
    }
    __syncthreads();
    float top = most[0];
    for (int i = 1; i < (int)(blockDim.x >> 5); i++) {
        top = fmaxf(top, most[i]);
    }
    return top;
}

// Number of this thread among all of a launch in one dimension, and how many there are.
FUNCTION i64 place(void) {
    return (i64)blockIdx.x * blockDim.x + threadIdx.x;
}

FUNCTION i64 step(void) {
    return (i64)gridDim.x * blockDim.x;
}

// exp(x), 0 where it is so small that products with it would be lost.
FUNCTION float factor(float exponent) {
    return exponent < FARTHEST ? 0.0f : expf(exponent);
}
