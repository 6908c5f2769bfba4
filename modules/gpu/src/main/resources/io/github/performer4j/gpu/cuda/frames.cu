// Features in frames that were fitted to data: exponents P of phi = exp(P) of rows of heads, and back. A frame belongs to each head of each batch item, or item i takes frame i % sets.

// y [B*H,T,D+1] = [x, 1] of real tokens, else 0: the product with itself is count, sums and second moments.
KERNEL moment_rows(
        ARRAY(const float) x, ARRAY(const float) mask, ARRAY(float) y, i64 n, int heads, int tokens, int size) {
    int width = size + 1;
    for (i64 i = place(); i < n; i += step()) {
        int c = (int)(i % width);
        int t = (int)(i / width % tokens);
        i64 head = i / width / tokens;
        i64 row = head / heads * tokens + t;
        float value = c < size ? x[(row * heads + head % heads) * size + c] : 1.0f;
        y[i] = real(mask, row) ? value : 0.0f;
    }
}

// P_ri += c_i - |y_r|^2/2, c at an offset of the row's frame. A block for each row.
KERNEL frame_exponents(
        ARRAY(float) p, ARRAY(const float) y, ARRAY(const float) frames, int sets, i64 length, i64 constants, int draws,
        int size, int padded) {
    i64 row = blockIdx.x;
    i64 at = row / padded % sets * length + constants;
    float squares = 0;
    for (int i = threadIdx.x; i < size; i += blockDim.x) {
        squares += y[row * size + i] * y[row * size + i];
    }
    float h = block_sum(squares) / 2;
    for (int i = threadIdx.x; i < draws; i += blockDim.x) {
        p[row * draws + i] += frames[at + i] - h;
    }
}

// dy_r -= sums_r y_r: what comes through -|y|^2/2.
KERNEL frame_norm_gradient(ARRAY(float) dy, ARRAY(const float) y, ARRAY(const float) sums, i64 n, int size) {
    for (i64 i = place(); i < n; i += step()) {
        dy[i] -= sums[i / size] * y[i];
    }
}

// y = log(max((x - c)/unit, 0) + 1e-30), 1/unit behind c in the row's frame.
KERNEL count_logs(
        ARRAY(const float) x, ARRAY(const float) frames, int sets, i64 length, i64 shift, ARRAY(float) y, i64 n, int size,
        int padded) {
    for (i64 i = place(); i < n; i += step()) {
        i64 at = i / size / padded % sets * length + shift;
        y[i] = logf(fmaxf((x[i] - frames[at + i % size]) * frames[at + size], 0.0f) + 1e-30f);
    }
}

// P_ri += const_i + c . x_r; the constants lie before c in the row's frame. A block for each row.
KERNEL count_exponents(
        ARRAY(float) p, ARRAY(const float) x, ARRAY(const float) frames, int sets, i64 length, i64 shift, int draws, int size,
        int padded) {
    i64 row = blockIdx.x;
    i64 at = row / padded % sets * length + shift;
    float dot = 0;
    for (int i = threadIdx.x; i < size; i += blockDim.x) {
        dot += x[row * size + i] * frames[at + i];
    }
    dot = block_sum(dot);
    for (int i = threadIdx.x; i < draws; i += blockDim.x) {
        p[row * draws + i] += frames[at - draws + i] + dot;
    }
}

// dx = d y'(x) + sums_r c, in place of d; nothing comes through a logarithm below c.
KERNEL count_gradient(
        ARRAY(float) d, ARRAY(const float) x, ARRAY(const float) sums, ARRAY(const float) frames, int sets, i64 length,
        i64 shift, i64 n, int size, int padded) {
    for (i64 i = place(); i < n; i += step()) {
        i64 at = i / size / padded % sets * length + shift;
        float c = frames[at + i % size];
        float inverse = frames[at + size];
        float y = (x[i] - c) * inverse;
        d[i] = (y > 0 ? d[i] * inverse / (y + 1e-30f) : 0.0f) + sums[i / size] * c;
    }
}

// W of each head in the coordinates of its blocks: row i of block b = i / each is w_i a_b, of keys w_i / a_b.
KERNEL cluster_rows(
        ARRAY(const float) w, ARRAY(const float) diagonals, ARRAY(float) out, i64 n, int draws, int size, int blocks, int keys) {
    int each = draws / blocks;
    for (i64 i = place(); i < n; i += step()) {
        int c = (int)(i % size);
        int r = (int)(i / size % draws);
        i64 head = i / size / draws;
        float a = diagonals[(head * blocks + r / each) * size + c];
        out[i] = w[(i64)r * size + c] * (keys ? 1 / a : a);
    }
}

// Whether a block is one of a row that stands in cluster mark: block i n + j, n clusters of keys, is of queries in i and keys in j.
FUNCTION int owns(int block, int mark, int clusters, int keys) {
    return (keys ? block % clusters : block / clusters) == mark;
}

// P_ri -= |a_b x_r|^2/2 in the row's own blocks b, and far below in the others. A block of threads for each row.
KERNEL cluster_exponents(
        ARRAY(float) p, ARRAY(const float) x, ARRAY(const float) diagonals, ARRAY(const int) marks, int draws, int size,
        int blocks, int clusters, int keys, int padded) {
    i64 row = blockIdx.x;
    int each = draws / blocks;
    i64 at = row / padded * blocks * size;
    for (int b = 0; b < blocks; b++) {
        float squares = 0;
        for (int i = threadIdx.x; i < size; i += blockDim.x) {
            float a = diagonals[at + b * size + i];
            float y = keys ? x[row * size + i] / a : x[row * size + i] * a;
            squares += y * y;
        }
        float h = block_sum(squares) / 2;
        int own = owns(b, marks[row], clusters, keys);
        for (int i = threadIdx.x; i < each; i += blockDim.x) {
            i64 to = row * draws + b * each + i;
            p[to] = own ? p[to] - h : -1e30f;
        }
    }
}

// dx_r -= sum over blocks of (sum of dP in it) a_b^2 x_r. A block of threads for each row.
KERNEL cluster_gradient(
        ARRAY(float) dx, ARRAY(const float) x, ARRAY(const float) dp, ARRAY(const float) diagonals, int draws, int size,
        int blocks, int keys, int padded) {
    i64 row = blockIdx.x;
    int each = draws / blocks;
    i64 at = row / padded * blocks * size;
    for (int b = 0; b < blocks; b++) {
        float sum = 0;
        for (int i = threadIdx.x; i < each; i += blockDim.x) {
            sum += dp[row * draws + b * each + i];
        }
        sum = block_sum(sum);
        for (int i = threadIdx.x; i < size; i += blockDim.x) {
            float a = diagonals[at + b * size + i];
            dx[row * size + i] -= sum * (keys ? 1 / (a * a) : a * a) * x[row * size + i];
        }
    }
}
