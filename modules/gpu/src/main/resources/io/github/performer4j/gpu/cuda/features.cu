// Feature maps on rows of heads. Kinds: 0 positive exp(P - h) with h = |x|^2/2, 1 exp(P), 2 trigonometric exp(h)[cos P; sin P],
// from 10 on the functions of generalised features, in the order of ScalarFunction.

FUNCTION float function(int f, float z) {
    switch (f) {
        case 10: return fmaxf(z, 0.0f);
        case 11: return z > 0 ? z * z : 0.0f;
        case 12: return z > 0 ? z + 1 : expf(z);
        case 13: return expf(z);
        case 14: return fabsf(z);
        case 15: return z * z;
        case 16: return z * share(0, 0, 0, z);
        case 17: return 1 / (1 + expf(-z));
        case 18: return tanhf(z);
        case 19: return cosf(z);
        case 20: return sinf(z);
        case 21: return z;
        default: return z > 30 ? z : log1pf(expf(z));
    }
}

FUNCTION float derivative(int f, float z) {
    float s = 0;
    switch (f) {
        case 10: return z > 0 ? 1.0f : 0.0f;
        case 11: return z > 0 ? 2 * z : 0.0f;
        case 12: return z > 0 ? 1.0f : expf(z);
        case 13: return expf(z);
        case 14: return z > 0 ? 1.0f : z < 0 ? -1.0f : 0.0f;
        case 15: return 2 * z;
        case 16: return slope(0, 0, 0, z, share(0, 0, 0, z));
        case 17: s = 1 / (1 + expf(-z)); return s * (1 - s);
        case 18: s = tanhf(z); return 1 - s * s;
        case 19: return -sinf(z);
        case 20: return cosf(z);
        case 21: return 1;
        default: return 1 / (1 + expf(-z));
    }
}

// phi of queries, a block for each row: exponential ones stabilised by their own maximum, with epsilon; mass = epsilonOfKeys * sum of phi.
KERNEL query_features(
        int kind, ARRAY(const float) p, ARRAY(float) phi, int draws, float epsilon, float epsilonOfKeys, int tokens, int padded,
        ARRAY(float) mass) {
    i64 row = blockIdx.x;
    int columns = kind == 2 ? 2 * draws : draws;
    int inside = (int)(row % padded) < tokens;
    float top = 0;
    if (kind < 2) {
        top = NOTHING;
        for (int i = threadIdx.x; i < draws; i += blockDim.x) {
            top = fmaxf(top, p[row * draws + i]);
        }
        top = block_max(top);
    }
    float sum = 0;
    for (int i = threadIdx.x; i < draws; i += blockDim.x) {
        float z = p[row * draws + i];
        if (kind == 2) {
            phi[row * columns + i] = inside ? cosf(z) : 0.0f;
            phi[row * columns + draws + i] = inside ? sinf(z) : 0.0f;
        } else {
            float value = inside ? (kind < 2 ? expf(z - top) : function(kind, z)) + epsilon : 0.0f;
            phi[row * columns + i] = value;
            sum += value;
        }
    }
    if (mass) {
        sum = block_sum(sum);
        if (threadIdx.x == 0) {
            mass[row] = epsilonOfKeys * sum;
        }
    }
}

// The height h of each key, and the exponent that its stabiliser must not be below; x are rows of heads, scaled.
KERNEL key_exponents(
        int kind, ARRAY(const float) p, ARRAY(const float) x, int draws, int size, ARRAY(float) heights, ARRAY(float) exponents) {
    i64 row = blockIdx.x;
    float squares = 0;
    float top = kind < 2 ? NOTHING : 0.0f;
    for (int i = threadIdx.x; kind != 1 && i < size; i += blockDim.x) {
        squares += x[row * size + i] * x[row * size + i];
    }
    for (int i = threadIdx.x; kind < 2 && i < draws; i += blockDim.x) {
        top = fmaxf(top, p[row * draws + i]);
    }
    float h = kind == 1 ? 0.0f : block_sum(squares) / 2;
    top = block_max(top);
    if (threadIdx.x == 0) {
        heights[row] = h;
        exponents[row] = kind < 2 ? top - h : kind == 2 ? h : 0.0f;
    }
}

// phi_j exp(-m_j) of keys, 0 where they are not seen; exponential ones without epsilon.
KERNEL key_features(
        int kind, ARRAY(const float) p, ARRAY(const float) heights, ARRAY(const float) m, ARRAY(const float) seen,
        ARRAY(float) phi, i64 n, int draws, float epsilon) {
    for (i64 i = place(); i < n; i += step()) {
        i64 row = i / draws;
        int c = (int)(i % draws);
        int visible = seen[row] != 0.0f;
        float z = p[i];
        if (kind == 2) {
            float amplitude = visible ? expf(heights[row] - m[row]) : 0.0f;
            phi[row * 2 * draws + c] = visible ? amplitude * cosf(z) : 0.0f;
            phi[row * 2 * draws + draws + c] = visible ? amplitude * sinf(z) : 0.0f;
        } else if (kind < 2) {
            phi[i] = visible ? expf(z - heights[row] - m[row]) : 0.0f;
        } else {
            phi[i] = visible ? function(kind, z) + epsilon : 0.0f;
        }
    }
}

// Gradient to P, of phi it is d + constants_r; sums_r receives the sum over what exponents gave, which is -dh. A block for each row; dp may be d.
KERNEL feature_gradient(
        int kind, ARRAY(const float) p, ARRAY(const float) phi, ARRAY(const float) d, ARRAY(const float) constants,
        ARRAY(const float) seen, float epsilon, int draws, ARRAY(float) dp, ARRAY(float) sums) {
    i64 row = blockIdx.x;
    int columns = kind == 2 ? 2 * draws : draws;
    float constant = constants ? constants[row] : 0.0f;
    int visible = seen ? seen[row] != 0.0f : 1;
    float sum = 0;
    for (int i = threadIdx.x; i < draws; i += blockDim.x) {
        float g = d[row * columns + i] + constant;
        float out;
        if (kind == 2) {
            float cosine = phi[row * columns + i];
            float sine = phi[row * columns + draws + i];
            float other = d[row * columns + draws + i] + constant;
            out = cosine * other - sine * g;
            sum += cosine * g + sine * other;
        } else if (kind < 2) {
            out = g * (phi[row * columns + i] - epsilon);
            sum += out;
        } else {
            out = visible ? g * derivative(kind, p[row * draws + i]) : 0.0f;
        }
        dp[row * draws + i] = out;
    }
    sum = block_sum(sum);
    if (threadIdx.x == 0) {
        sums[row] = sum;
    }
}

// dx = or += s (dy + f sums_r x), back to rows of tokens; x are rows of heads, scaled by s, f -1 through -|x|^2/2, 1 through |x|^2/2, else 0.
KERNEL row_gradient(
        ARRAY(const float) dy, ARRAY(const float) x, ARRAY(const float) sums, float f, float s, ARRAY(float) dx, i64 n,
        int heads, int tokens, int padded, int size, int adds) {
    for (i64 i = place(); i < n; i += step()) {
        int c = (int)(i % size);
        int h = (int)(i / size % heads);
        i64 row = i / size / heads;
        i64 at = (row / tokens * heads + h) * padded + row % tokens;
        float value = dy[at * size + c] + (f == 0 ? 0.0f : f * sums[at] * x[at * size + c]);
        dx[i] = (adds ? dx[i] : 0.0f) + s * value;
    }
}
