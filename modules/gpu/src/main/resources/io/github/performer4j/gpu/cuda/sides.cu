// Bidirectional attention with decay, or of packed rows: key j counts exp(-|A_t - A_j|) in row t; sums of what is before a chunk,
// and of what is behind it. p, and what chunk_edges makes of it, as in linear.cu.

// A_t from the chunk's start, left = exp(-A), right = exp(A - A_end), across = exp(-A_end), 0 where a sequence ends on the way;
// a none for 0. A thread for each chunk.
KERNEL side_scales(
        ARRAY(const float) a, ARRAY(const float) enters, ARRAY(const float) stays, ARRAY(const float) passes, i64 chunks,
        int chunk, ARRAY(float) sums, ARRAY(float) left, ARRAY(float) right, ARRAY(float) across) {
    for (i64 i = place(); i < chunks; i += step()) {
        float sum = 0;
        for (int k = 0; k < chunk; k++) {
            sum += a ? a[i * chunk + k] : 0.0f;
            sums[i * chunk + k] = sum;
            left[i * chunk + k] = (enters ? enters[i * chunk + k] : 1.0f) * factor(-sum);
        }
        for (int k = 0; k < chunk; k++) {
            right[i * chunk + k] = (stays ? stays[i * chunk + k] : 1.0f) * factor(sums[i * chunk + k] - sum);
        }
        across[i] = (passes ? passes[i] : 1.0f) * factor(-sum);
    }
}

// w_tj exp(-|A_t - A_j|), 0 from one sequence to another.
KERNEL side_weights(ARRAY(float) w, ARRAY(const float) sums, ARRAY(const int) p, i64 n, int chunk) {
    for (i64 i = place(); i < n; i += step()) {
        i64 row = i / chunk;
        i64 key = row / chunk * chunk + i % chunk;
        int apart = p && p[row] - p[key] != (int)(row - key);
        w[i] = apart ? 0.0f : w[i] * factor(-fabsf(sums[row] - sums[key]));
    }
}

// y_r = a_r x_r + b_r z_r.
KERNEL add_scaled_rows(
        ARRAY(const float) x, ARRAY(const float) a, ARRAY(const float) z, ARRAY(const float) b, ARRAY(float) y, i64 n, int width) {
    for (i64 i = place(); i < n; i += step()) {
        y[i] = a[i / width] * x[i] + b[i / width] * z[i];
    }
}

// da of a chunk: w what tokens take from each other, g its derivative before the weights; p, r what rows take from either side,
// l, m what keys give to either side; the products of what passes the chunk with their gradients. A block for each chunk.
KERNEL side_decay_gradient(
        ARRAY(const float) w, ARRAY(const float) g, ARRAY(const float) p, ARRAY(const float) r, ARRAY(const float) l,
        ARRAY(const float) m, ARRAY(const float) before, ARRAY(const float) dbefore, ARRAY(const float) behind,
        ARRAY(const float) dbehind, ARRAY(const float) across, ARRAY(const float) seen, ARRAY(const int) places,
        int chunk, i64 size, ARRAY(float) da) {
    SHARED(float, ofSums, 64);
    i64 i = blockIdx.x;
    float passing = 0;
    for (i64 k = threadIdx.x; k < size; k += blockDim.x) {
        passing += before[i * size + k] * dbefore[i * size + k] + behind[i * size + k] * dbehind[i * size + k];
    }
    passing = block_sum(passing);
    for (int t = threadIdx.x; t < chunk; t += blockDim.x) {
        float sum = 0;
        for (int j = 0; j < chunk; j++) {
            i64 row = (i * chunk + t) * chunk + j;
            i64 column = (i * chunk + j) * chunk + t;
            if (j < t) {
                sum -= w[row] * g[row] + w[column] * g[column];
            } else if (j > t) {
                sum += w[row] * g[row] + w[column] * g[column];
            }
        }
        i64 at = i * chunk + t;
        ofSums[t] = sum - p[at] + r[at] + l[at] - m[at];
    }
    __syncthreads();
    if (threadIdx.x == 0) {
        float sum = -across[i] * passing;
        for (int t = 0; t < chunk; t++) {
            sum -= r[i * chunk + t] + l[i * chunk + t];
        }
        for (int t = chunk - 1; t >= 0; t--) {
            sum += ofSums[t];
            da[i * chunk + t] = seen[i * chunk + t] != 0.0f ? sum : 0.0f;
            sum = places && places[i * chunk + t] == 0 ? 0.0f : sum;
        }
    }
}
