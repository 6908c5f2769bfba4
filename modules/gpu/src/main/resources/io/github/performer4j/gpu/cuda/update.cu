// Clipping and AdamW on stretches of one array of parameters.

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

// m = b1 m + (1 - b1) g, v = b2 v + (1 - b2) g^2, p -= rate (m / c1 / (sqrt(v / c2) + epsilon) + decay p), c the corrections by step;
// g is multiplied by a factor first. arXiv 1711.05101.
KERNEL adamw(
        ARRAY(float) p, ARRAY(const float) g, ARRAY(float) m, ARRAY(float) v, i64 n, float factor, float beta1, float beta2,
        float epsilon, float rate, float decay, float correction1, float correction2) {
    for (i64 i = place(); i < n; i += step()) {
        float d = factor * g[i];
        float first = beta1 * m[i] + (1 - beta1) * d;
        float second = beta2 * v[i] + (1 - beta2) * d * d;
        m[i] = first;
        v[i] = second;
        p[i] -= rate * (first / correction1 / (sqrtf(second / correction2) + epsilon) + decay * p[i]);
    }
}
