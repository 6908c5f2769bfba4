// Operations on single values and on columns of rows.

KERNEL fill(ARRAY(float) y, i64 n, float value) {
    for (i64 i = place(); i < n; i += step()) {
        y[i] = value;
    }
}

// y = factor x, or y += factor x.
KERNEL scale(ARRAY(const float) x, float factor, ARRAY(float) y, i64 n, int adds) {
    for (i64 i = place(); i < n; i += step()) {
        y[i] = (adds ? y[i] : 0.0f) + factor * x[i];
    }
}

// The same with a factor that lies in memory: a learned one.
KERNEL scale_learned(ARRAY(const float) x, ARRAY(const float) factor, ARRAY(float) y, i64 n, int adds) {
    for (i64 i = place(); i < n; i += step()) {
        y[i] = (adds ? y[i] : 0.0f) + factor[0] * x[i];
    }
}

KERNEL add(ARRAY(const float) a, ARRAY(const float) b, ARRAY(float) y, i64 n) {
    for (i64 i = place(); i < n; i += step()) {
        y[i] = a[i] + b[i];
    }
}

// y = x + row, [rows,columns] + [columns]; y may be x.
KERNEL add_row(ARRAY(const float) x, ARRAY(const float) row, ARRAY(float) y, i64 n, int columns) {
    for (i64 i = place(); i < n; i += step()) {
        y[i] = x[i] + row[i % columns];
    }
}

// y_ij = x_ij f_j, f per group of columns: W diag(exp(rho/2)).
KERNEL scale_groups(ARRAY(const float) x, ARRAY(const float) rho, ARRAY(float) y, i64 n, int columns, int groups) {
    for (i64 i = place(); i < n; i += step()) {
        int group = (int)(i % columns) / (columns / groups);
        y[i] = x[i] * expf(rho[group] / 2);
    }
}

// drho_g += sum over the group's columns of d_ij y_ij / 2; one block for each group.
KERNEL group_gradient(ARRAY(const float) d, ARRAY(const float) y, int rows, int columns, int groups, ARRAY(float) drho) {
    int size = columns / groups;
    int group = blockIdx.x;
    float sum = 0;
    for (i64 i = threadIdx.x; i < (i64)rows * size; i += blockDim.x) {
        i64 at = i / size * columns + group * size + i % size;
        sum += d[at] * y[at] / 2;
    }
    sum = block_sum(sum);
    if (threadIdx.x == 0) {
        drho[group] += sum;
    }
}

// sums_j = or += sum over rows of x_ij: blocks of 32 columns, 8 threads for each.
KERNEL column_sums(ARRAY(const float) x, int rows, int columns, ARRAY(float) sums, int adds) {
    SHARED(float, part, 256);
    int lane = threadIdx.x & 31;
    int row = threadIdx.x >> 5;
    int column = blockIdx.x * 32 + lane;
    float sum = 0;
    for (int r = row; r < rows && column < columns; r += 8) {
        sum += x[(i64)r * columns + column];
    }
    part[threadIdx.x] = sum;
    __syncthreads();
    if (row == 0 && column < columns) {
        for (int i = 1; i < 8; i++) {
            sum += part[i * 32 + lane];
        }
        sums[column] = (adds ? sums[column] : 0.0f) + sum;
    }
}

// Activations are z s(z): the kind is 0 for GELU, 1 for ReLU, 2 for s a sigmoid of a z + b z^3.
FUNCTION float share(int kind, float a, float b, float z) {
    if (kind == 0) {
        return 0.5f * erfcf(-z * 0.70710678118654752f);
    }
    return kind == 1 ? (z > 0 ? 1.0f : 0.0f) : 1 / (1 + expf(-z * (a + b * z * z)));
}

FUNCTION float slope(int kind, float a, float b, float z, float s) {
    if (kind == 0) {
        return s + z * 0.39894228040143268f * expf(-0.5f * z * z);
    }
    return kind == 1 ? s : s + z * s * (1 - s) * (a + 3 * b * z * z);
}

KERNEL activate(int kind, float a, float b, ARRAY(const float) z, ARRAY(float) y, i64 n) {
    for (i64 i = place(); i < n; i += step()) {
        y[i] = z[i] * share(kind, a, b, z[i]);
    }
}

KERNEL activate_gradient(
        int kind, float a, float b, ARRAY(const float) z, ARRAY(const float) d, ARRAY(float) dz, i64 n, int adds) {
    for (i64 i = place(); i < n; i += step()) {
        float s = share(kind, a, b, z[i]);
        dz[i] = (adds ? dz[i] : 0.0f) + d[i] * slope(kind, a, b, z[i], s);
    }
}

KERNEL gated(int kind, float a, float b, ARRAY(const float) z, ARRAY(const float) gate, ARRAY(float) y, i64 n) {
    for (i64 i = place(); i < n; i += step()) {
        y[i] = z[i] * share(kind, a, b, z[i]) * gate[i];
    }
}

KERNEL gated_gradient(
        int kind, float a, float b, ARRAY(const float) z, ARRAY(const float) gate, ARRAY(const float) d, ARRAY(float) dz,
        ARRAY(float) dgate, i64 n, int adds, int addsGate) {
    for (i64 i = place(); i < n; i += step()) {
        float s = share(kind, a, b, z[i]);
        float error = d[i];
        dz[i] = (adds ? dz[i] : 0.0f) + error * gate[i] * slope(kind, a, b, z[i], s);
        dgate[i] = (addsGate ? dgate[i] : 0.0f) + error * z[i] * s;
    }
}

// SplitMix64, draw number index of the stream with this state.
FUNCTION u64 draw(u64 state, u64 index) {
    u64 z = state + (index + 1) * 0x9E3779B97F4A7C15ull;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ull;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBull;
    return z ^ (z >> 31);
}

// Inverted dropout: value i takes half of draw i/2, the upper one where i is even; the key, of a step, is read from memory.
KERNEL drop(
        ARRAY(const float) x, ARRAY(float) y, i64 n, i64 first, i64 threshold, float kept, ARRAY(const i64) key, int adds) {
    u64 state = (u64)key[0];
    for (i64 i = place(); i < n; i += step()) {
        u64 number = (u64)(first + i);
        u64 bits = draw(state, number >> 1);
        i64 half = (i64)((number & 1) == 0 ? bits >> 32 : bits & 0xffffffffull);
        y[i] = (adds ? y[i] : 0.0f) + (half < threshold ? 0.0f : x[i] * kept);
    }
}

// Groups of columns, each several times in a row; and back, the sum of the places.
KERNEL repeat(ARRAY(const float) x, ARRAY(float) y, i64 n, int size, int groups, int times) {
    int columns = size * groups * times;
    for (i64 i = place(); i < n; i += step()) {
        int column = (int)(i % columns);
        y[i] = x[i / columns * size * groups + column / size / times * size + column % size];
    }
}

KERNEL repeat_gradient(ARRAY(const float) d, ARRAY(float) dx, i64 n, int size, int groups, int times, int adds) {
    int columns = size * groups;
    for (i64 i = place(); i < n; i += step()) {
        int column = (int)(i % columns);
        i64 at = i / columns * columns * times + (i64)(column / size) * size * times + column % size;
        float sum = adds ? dx[i] : 0.0f;
        for (int k = 0; k < times; k++) {
            sum += d[at + k * size];
        }
        dx[i] = sum;
    }
}
