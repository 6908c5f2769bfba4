// Clipping and AdamW on stretches of one array of parameters.

// The largest number that is finite.
#define LARGEST 3.402823466e+38f

// parts_b = sum of squares of the values that block b of them all takes.
KERNEL squares(ARRAY(const float) x, i64 n, ARRAY(float) parts) {
    float sum = 0;
    for (i64 i = place(); i < n; i += step()) {
        sum += x[i] * x[i];
    }
    sum = block_sum(sum);
    if (threadIdx.x == 0) {
        parts[blockIdx.x] = sum;
    }
}

// What a gradient is multiplied by, min(1, most / |g|), |g| from the sums of its squares; -1 where it, or a loss, is not finite. One block.
KERNEL clip(
        ARRAY(const float) parts, int count, ARRAY(const float) losses, i64 rows, ARRAY(const double) most, ARRAY(float) factor) {
    float broken = 0;
    for (i64 i = threadIdx.x; i < rows; i += blockDim.x) {
        broken = fabsf(losses[i]) <= LARGEST ? broken : 1.0f;
    }
    for (int i = threadIdx.x; i < count; i += blockDim.x) {
        broken = fabsf(parts[i]) <= LARGEST ? broken : 1.0f;
    }
    broken = block_max(broken);
    if (threadIdx.x == 0) {
        double sum = 0;
        for (int i = 0; i < count; i++) {
            sum += parts[i];
        }
        double norm = sqrt(sum);
        factor[0] = broken > 0 ? -1.0f : most[0] > 0 && norm > most[0] ? (float)(most[0] / norm) : 1.0f;
    }
}

// m = b1 m + (1 - b1) g, v = b2 v + (1 - b2) g^2, p -= rate (m / c1 / (sqrt(v / c2) + epsilon) + decay p), c the corrections by step;
// g is multiplied by a factor first, and nothing is done where that is negative. arXiv 1711.05101. What changes from step to step is
// read from memory: the rate, and epsilon and the two corrections of these parameters.
KERNEL adamw(
        ARRAY(float) p, ARRAY(const float) g, ARRAY(float) m, ARRAY(float) v, i64 n, ARRAY(const float) factors, float beta1,
        float beta2, float decay, ARRAY(const double) rates, ARRAY(const double) own) {
    float by = factors[0];
    float rate = (float)rates[0];
    float epsilon = (float)own[0];
    float correction1 = (float)own[1];
    float correction2 = (float)own[2];
    for (i64 i = place(); by >= 0 && i < n; i += step()) {
        float d = by * g[i];
        float first = beta1 * m[i] + (1 - beta1) * d;
        float second = beta2 * v[i] + (1 - beta2) * d * d;
        m[i] = first;
        v[i] = second;
        p[i] -= rate * (first / correction1 / (sqrtf(second / correction2) + epsilon) + decay * p[i]);
    }
}
