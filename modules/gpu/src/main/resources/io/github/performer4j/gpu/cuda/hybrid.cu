// Hybrid features: terms f u of a positive part u = exp(W+ x - h - m), then f w of a trigonometric one w = sqrt(2) exp(h - m) [cos W^t x; sin W^t x],
// h = |x|^2/2, f = root g(t_j . x). P = W x: b columns of W+, b/2 of W^t, then directions t_j. A term is three numbers: root, g (0 one, 1 sign, 2 cos, 3 sin), j.

FUNCTION float hybrid_factor(ARRAY(const float) terms, int term, ARRAY(const float) p, i64 directions, float tau) {
    float root = terms[3 * term];
    int g = (int)terms[3 * term + 1];
    float z = p[directions + (int)terms[3 * term + 2]];
    switch (g) {
        case 0: return root;
        case 1: return z > 0 ? root : z < 0 ? -root : 0.0f;
        case 2: return root * cosf(z / tau);
        default: return root * sinf(z / tau);
    }
}

// Column i of a part of a row, u or w.
FUNCTION float hybrid_part(ARRAY(const float) p, i64 at, int positive, int i, int part, float h, float m) {
    if (positive) {
        return expf(p[at + i] - h - m);
    }
    float amplitude = 1.41421356237309505f * expf(h - m);
    int half = part / 2;
    return amplitude * (i < half ? cosf(p[at + part + i]) : sinf(p[at + half + i]));
}

// Heights h and exponents max(max_i P_i - h, h) of rows. A block for each row.
KERNEL hybrid_exponents(
        ARRAY(const float) p, ARRAY(const float) x, int part, int draws, int size, ARRAY(float) heights,
        ARRAY(float) exponents) {
    i64 row = blockIdx.x;
    float squares = 0;
    float top = NOTHING;
    for (int i = threadIdx.x; i < size; i += blockDim.x) {
        squares += x[row * size + i] * x[row * size + i];
    }
    for (int i = threadIdx.x; i < part; i += blockDim.x) {
        top = fmaxf(top, p[row * draws + i]);
    }
    float h = block_sum(squares) / 2;
    top = block_max(top);
    if (threadIdx.x == 0) {
        heights[row] = h;
        exponents[row] = fmaxf(top - h, h);
    }
}

// phi, 0 where a row is not visible. A block for each row.
KERNEL hybrid_features(
        ARRAY(const float) p, ARRAY(const float) heights, ARRAY(const float) m, ARRAY(const float) seen,
        ARRAY(const float) terms, int positive, int all, int part, int draws, float tau, int tokens, int padded,
        ARRAY(float) phi) {
    i64 row = blockIdx.x;
    int visible = seen ? seen[row] != 0.0f : (int)(row % padded) < tokens;
    i64 at = row * draws;
    for (int term = 0; term < all; term++) {
        float f = visible ? hybrid_factor(terms, term, p, at + part + part / 2, tau) : 0.0f;
        for (int i = threadIdx.x; i < part; i += blockDim.x) {
            float value = visible ? hybrid_part(p, at, term < positive, i, part, heights[row], m[row]) : 0.0f;
            phi[row * all * part + term * part + i] = f * value;
        }
    }
}

// Gradient to P, of phi it is d; sums_r receives what comes through h. A block for each row.
KERNEL hybrid_gradient(
        ARRAY(const float) p, ARRAY(const float) heights, ARRAY(const float) m, ARRAY(const float) seen,
        ARRAY(const float) terms, int positive, int all, int part, int draws, float tau, ARRAY(const float) d,
        ARRAY(float) dp, ARRAY(float) sums) {
    i64 row = blockIdx.x;
    i64 at = row * draws;
    i64 from = row * all * part;
    int half = part / 2;
    int visible = seen ? seen[row] != 0.0f : 1;
    for (int i = threadIdx.x; !visible && i < draws; i += blockDim.x) {
        dp[at + i] = 0;
    }
    if (!visible) {
        if (threadIdx.x == 0) {
            sums[row] = 0;
        }
        return;
    }
    float through = 0;
    for (int i = threadIdx.x; i < part; i += blockDim.x) {
        float du = 0;
        for (int term = 0; term < positive; term++) {
            du += hybrid_factor(terms, term, p, at + part + half, tau) * d[from + term * part + i];
        }
        float value = hybrid_part(p, at, 1, i, part, heights[row], m[row]) * du;
        dp[at + i] = value;
        through -= value;
    }
    for (int i = threadIdx.x; i < half; i += blockDim.x) {
        float dc = 0;
        float ds = 0;
        for (int term = positive; term < all; term++) {
            float f = hybrid_factor(terms, term, p, at + part + half, tau);
            dc += f * d[from + term * part + i];
            ds += f * d[from + term * part + half + i];
        }
        float c = hybrid_part(p, at, 0, i, part, heights[row], m[row]);
        float s = hybrid_part(p, at, 0, half + i, part, heights[row], m[row]);
        dp[at + part + i] = c * ds - s * dc;
        through += c * dc + s * ds;
    }
    through = block_sum(through);
    for (int i = part + half + threadIdx.x; i < draws; i += blockDim.x) {
        dp[at + i] = 0;
    }
    __syncthreads();
    for (int term = 0; term < all; term++) {
        float df = 0;
        for (int i = threadIdx.x; i < part; i += blockDim.x) {
            df += hybrid_part(p, at, term < positive, i, part, heights[row], m[row]) * d[from + term * part + i];
        }
        df = block_sum(df);
        int g = (int)terms[3 * term + 1];
        if (threadIdx.x == 0 && g > 1) {
            i64 to = at + part + half + (int)terms[3 * term + 2];
            float slope = g == 2 ? -sinf(p[to] / tau) : cosf(p[to] / tau);
            dp[to] += df * terms[3 * term] / tau * slope;
        }
    }
    if (threadIdx.x == 0) {
        sums[row] = through;
    }
}
