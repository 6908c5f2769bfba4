// Linear attention of heads in chunks of C tokens, n to a head: values are [v, 1, 0...], so that denominators are a column of what is summed.
// A head whose attention is bidirectional without decay is one chunk. In packed rows p are the places of the tokens of heads in
// their sequences, [B*H,Tp], and nothing passes from one sequence to another; else there are none.

// Places of the tokens of heads; rows behind the last token go on with its sequence.
KERNEL head_places(ARRAY(const int) places, ARRAY(int) p, i64 n, int heads, int tokens, int padded) {
    for (i64 i = place(); i < n; i += step()) {
        int t = (int)(i % padded);
        int last = t < tokens ? t : tokens - 1;
        p[i] = places[i / padded / heads * tokens + last] + t - last;
    }
}

// Of each token, whether its sequence began before the chunk, and whether it is a seen key whose sequence goes on to the chunk's
// end; of each chunk, whether a sequence goes through all of it.
KERNEL chunk_edges(
        ARRAY(const int) p, ARRAY(const float) seen, i64 n, int chunk, ARRAY(float) enters, ARRAY(float) stays,
        ARRAY(float) passes) {
    for (i64 i = place(); i < n; i += step()) {
        int k = (int)(i % chunk);
        i64 last = i - k + chunk - 1;
        enters[i] = p[i] > k ? 1.0f : 0.0f;
        stays[i] = seen[i] != 0.0f && p[last] >= (int)(last - i) ? 1.0f : 0.0f;
        if (i == last) {
            passes[i / chunk] = p[last] >= chunk ? 1.0f : 0.0f;
        }
    }
}

// Sums over the rows of each sequence, a_r x_r, for each of its rows; a none for 1. Threads for the columns, a block for each head.
KERNEL sequence_sums(
        ARRAY(const float) x, ARRAY(const float) a, ARRAY(const int) p, ARRAY(float) sums, int padded, int width) {
    i64 head = (i64)blockIdx.x * padded;
    for (int c = threadIdx.x; c < width; c += blockDim.x) {
        float sum = 0;
        for (i64 r = head; r < head + padded; r++) {
            sum = (p[r] == 0 ? 0.0f : sum) + (a ? a[r] : 1.0f) * x[r * width + c];
            sums[r * width + c] = sum;
        }
        for (i64 r = head + padded - 2; r >= head; r--) {
            if (p[r + 1] != 0) {
                sums[r * width + c] = sums[(r + 1) * width + c];
            }
        }
    }
}

// The stabiliser of bidirectional heads: c = the largest exponent of the seen keys of a sequence, in each of its rows; a block
// for each head.
KERNEL head_scales(
        ARRAY(const float) exponents, ARRAY(const float) seen, ARRAY(const int) p, int exponential, int padded,
        ARRAY(float) m) {
    i64 at = (i64)blockIdx.x * padded;
    for (int from = 0, end = 0; from < padded; from = end) {
        end = sequence_end(p, at, from, padded);
        float top = NOTHING;
        for (int t = from + threadIdx.x; exponential && t < end; t += blockDim.x) {
            top = seen[at + t] != 0.0f ? fmaxf(top, exponents[at + t]) : top;
        }
        top = block_max(top);
        for (int t = from + threadIdx.x; t < end; t += blockDim.x) {
            m[at + t] = top == NOTHING ? 0.0f : top;
        }
    }
}

// Softplus of rates, or fixed ones: a [B*H,Tp], 0 in heads that do not decay and where a token is not seen.
KERNEL decays(
        ARRAY(const float) z, ARRAY(const float) fixed, ARRAY(const float) seen, ARRAY(float) a, i64 n, int heads, int decaying,
        int tokens, int padded) {
    for (i64 i = place(); i < n; i += step()) {
        int t = (int)(i % padded);
        int h = (int)(i / padded % heads);
        i64 b = i / padded / heads;
        float value = 0;
        if (h < decaying && t < tokens && seen[i] != 0.0f) {
            if (z) {
                float x = z[(b * tokens + t) * decaying + h];
                value = log1pf(expf(-fabsf(x))) + fmaxf(x, 0.0f);
            } else {
                value = fixed[h];
            }
        }
        a[i] = value;
    }
}

KERNEL decays_gradient(
        ARRAY(const float) da, ARRAY(const float) z, ARRAY(float) dz, i64 n, int heads, int decaying, int tokens, int padded,
        int adds) {
    for (i64 i = place(); i < n; i += step()) {
        int h = (int)(i % decaying);
        i64 row = i / decaying;
        float d = da[(row / tokens * heads + h) * padded + row % tokens];
        dz[i] = (adds ? dz[i] : 0.0f) + d / (1 + expf(-z[i]));
    }
}

// Scales of causal heads: with A_t the running sum of decay in a chunk, R the stabiliser before it,
// c_t = max(R, max_(j<=t) s_j + A_j) over seen keys, m = c - A, f = exp(R - c), g = exp(c - c_end), R' = c_end - A_end, between = exp(R - c_end).
// All begin anew where a sequence does: f, g and between are 0 where they would reach over that.
// A block for each head: threads find their chunks' maxima, one goes through the chunks, and threads go through the tokens.
KERNEL causal_scales(
        ARRAY(const float) exponents, ARRAY(const float) seen, ARRAY(const float) a, ARRAY(const int) p, ARRAY(const float) start,
        int startStride, int exponential, int chunk, int chunks, ARRAY(float) c, ARRAY(float) m, ARRAY(float) f, ARRAY(float) g,
        ARRAY(float) between, ARRAY(float) starts, ARRAY(float) sums, ARRAY(float) end) {
    i64 head = blockIdx.x;
    i64 first = head * chunks;
    for (int i = threadIdx.x; i < chunks; i += blockDim.x) {
        float top = NOTHING;
        float sum = 0;
        for (int r = 0; r < chunk; r++) {
            i64 t = (first + i) * chunk + r;
            if (p && p[t] == 0) {
                top = NOTHING;
                sum = 0;
            }
            sum += a ? a[t] : 0.0f;
            if (!exponential || seen[t] != 0.0f) {
                top = fmaxf(top, (exponential ? exponents[t] : 0.0f) + sum);
            }
        }
        starts[first + i] = top;
        sums[first + i] = sum;
    }
    __syncthreads();
    if (threadIdx.x == 0) {
        float r = exponential ? NOTHING : 0.0f;
        if (exponential && start) {
            r = start[head * startStride];
            r = r < -1e29f ? NOTHING : r;
        }
        for (int i = 0; i < chunks; i++) {
            int passes = !p || p[(first + i + 1) * chunk - 1] >= chunk;
            float last = passes ? fmaxf(r, starts[first + i]) : starts[first + i];
            starts[first + i] = r;
            between[first + i] = !passes ? 0.0f : r == NOTHING || r == last ? 1.0f : factor(r - last);
            r = last == NOTHING ? last : exponential ? last - sums[first + i] : 0.0f;
        }
        end[head] = r;
    }
    __syncthreads();
    for (int i = threadIdx.x; i < chunks; i += blockDim.x) {
        float r = starts[first + i];
        float top = r;
        float sum = 0;
        for (int k = 0; k < chunk; k++) {
            i64 t = (first + i) * chunk + k;
            if (p && p[t] == 0) {
                top = NOTHING;
                sum = 0;
            }
            sum += a ? a[t] : 0.0f;
            if (!exponential || seen[t] != 0.0f) {
                top = fmaxf(top, (exponential ? exponents[t] : 0.0f) + sum);
            }
            c[t] = top;
            m[t] = sum;
        }
        float early = 0; // of tokens before the first seen key
        i64 end = (first + i + 1) * chunk - 1;
        for (int k = chunk - 1; k >= 0; k--) {
            i64 t = (first + i) * chunk + k;
            float own = c[t] == NOTHING ? early : c[t];
            c[t] = own;
            m[t] = own - m[t];
            f[t] = r == NOTHING || (p && p[t] <= k) ? 0.0f : factor(r - own);
            g[t] = p && p[end] < (int)(end - t) ? 0.0f : top == NOTHING ? 1.0f : factor(own - top);
            early = p && p[t] == 0 ? 0.0f : own;
        }
    }
}

// What token t of a chunk takes from its token j <= t of its sequence: w_tj exp(c_j - c_t), else 0.
KERNEL causal_weights(ARRAY(float) w, ARRAY(const float) c, ARRAY(const int) p, i64 n, int chunk) {
    for (i64 i = place(); i < n; i += step()) {
        int j = (int)(i % chunk);
        i64 row = i / chunk;
        i64 first = row / chunk * chunk;
        int back = (int)(row % chunk) - j;
        w[i] = back >= 0 && !(p && p[row] < back) ? w[i] * factor(c[first + j] - c[row]) : 0.0f;
    }
}

// Running sums over the chunks of a head, of values of any size: slot i receives what stands before chunk i (back: behind it), and the end what is left.
KERNEL scan(
        ARRAY(float) slots, ARRAY(const float) between, ARRAY(const float) start, ARRAY(float) end, int chunks, i64 size, int back) {
    i64 head = blockIdx.y;
    for (i64 i = place(); i < size; i += step()) {
        float running = start ? start[head * size + i] : 0.0f;
        for (int k = 0; k < chunks; k++) {
            i64 chunk = head * chunks + (back ? chunks - 1 - k : k);
            float own = slots[chunk * size + i];
            slots[chunk * size + i] = running;
            running = (between ? between[chunk] * running : running) + own;
        }
        if (end) {
            end[head * size + i] = running;
        }
    }
}

// Sums over the rows of each chunk, a_r x_r; a none for 1. Threads for the columns, a block for each chunk.
KERNEL chunk_sums(ARRAY(const float) x, ARRAY(const float) a, ARRAY(float) sums, int chunk, int width) {
    i64 first = (i64)blockIdx.x * chunk;
    for (int c = threadIdx.x; c < width; c += blockDim.x) {
        float sum = 0;
        for (int r = 0; r < chunk; r++) {
            sum += (a ? a[first + r] : 1.0f) * x[(first + r) * width + c];
        }
        sums[blockIdx.x * (i64)width + c] = sum;
    }
}

// Running sums along the rows of each chunk, from what stands before it (back: behind it), own row included.
KERNEL running_sums(
        ARRAY(const float) x, ARRAY(const float) a, ARRAY(const int) p, ARRAY(const float) before, ARRAY(float) y, int chunk,
        int width, int back) {
    i64 first = (i64)blockIdx.x * chunk;
    for (int c = threadIdx.x; c < width; c += blockDim.x) {
        float sum = before[blockIdx.x * (i64)width + c];
        for (int k = 0; k < chunk; k++) {
            i64 r = first + (back ? chunk - 1 - k : k);
            sum = p && !back && p[r] == 0 ? 0.0f : sum;
            sum += (a ? a[r] : 1.0f) * x[r * width + c];
            y[r * width + c] = sum;
            sum = p && back && p[r] == 0 ? 0.0f : sum;
        }
    }
}

// out = (f_t outer + inner + mass_t seen) / (the same of the ones), or the mean of the values seen where that underflows. A block for each row.
// seen is of each row, or of each head where it is bidirectional; f and inner are none where they are 1 and 0.
KERNEL combine(
        ARRAY(const float) outer, ARRAY(const float) inner, ARRAY(const float) f, ARRAY(const float) mass,
        ARRAY(const float) seen, int perRow, int heads, int tokens, int padded, int size, int width, ARRAY(float) y,
        ARRAY(float) inverses, ARRAY(int) underflows) {
    i64 row = blockIdx.x;
    int t = (int)(row % padded);
    i64 head = row / padded;
    if (t >= tokens) {
        if (threadIdx.x == 0) {
            inverses[row] = 0;
        }
        return;
    }
    i64 seenAt = (perRow ? row : head) * width;
    float scale = f ? f[row] : 1.0f;
    float weight = mass ? mass[row] : 0.0f;
    float below = scale * outer[row * width + size] + (inner ? inner[row * width + size] : 0.0f) + weight * seen[seenAt + size];
    float count = seen[seenAt + size];
    int under = !(fabsf(below) >= UNDERFLOW_BELOW);
    if (below != below) {
        under = 0;
    }
    float inverse = under ? 0.0f : 1 / below;
    if (threadIdx.x == 0) {
        inverses[row] = count > 0 ? inverse : 0.0f;
        if (under && count > 0) {
            atomicAdd(&underflows[0], 1);
        }
    }
    i64 to = ((head / heads * tokens + t) * heads + head % heads) * size;
    for (int i = threadIdx.x; i < size; i += blockDim.x) {
        float above =
                scale * outer[row * width + i] + (inner ? inner[row * width + i] : 0.0f) + weight * seen[seenAt + i];
        y[to + i] = count <= 0 ? 0.0f : under ? seen[seenAt + i] / count : above * inverse;
    }
}

// e = error / denominator, its last column the derivative of the denominator; fe = f_t e; u = what running sums of values get: mass_t e,
// or error / count where the row underflowed. A block for each row.
KERNEL quotient(
        ARRAY(const float) error, ARRAY(const float) out, ARRAY(const float) inverses, ARRAY(const float) f, ARRAY(const float) mass,
        ARRAY(const float) seen, int perRow, int heads, int tokens, int padded, int size, int width, ARRAY(float) e,
        ARRAY(float) fe, ARRAY(float) u) {
    i64 row = blockIdx.x;
    int t = (int)(row % padded);
    i64 head = row / padded;
    i64 from = ((head / heads * tokens + t) * heads + head % heads) * size;
    float dot = 0;
    for (int i = threadIdx.x; t < tokens && i < size; i += blockDim.x) {
        dot += error[from + i] * out[from + i];
    }
    dot = block_sum(dot);
    float inverse = inverses[row];
    float count = seen[(perRow ? row : head) * width + size];
    for (int i = threadIdx.x; i < width; i += blockDim.x) {
        float value = 0;
        float through = 0;
        if (t < tokens && i < size) {
            value = error[from + i] * inverse;
            through = inverse == 0 && count > 0 ? error[from + i] / count : 0.0f;
        } else if (t < tokens && i == size) {
            value = -dot * inverse;
        }
        e[row * width + i] = value;
        if (fe) {
            fe[row * width + i] = f[row] * value;
        }
        u[row * width + i] = through + (mass ? mass[row] * value : 0.0f);
    }
}

// constants_r = epsilon (e_r . seen of the row or head); a block for each row.
KERNEL query_constants(
        ARRAY(const float) e, ARRAY(const float) seen, int perRow, int padded, int width, float epsilon, ARRAY(float) constants) {
    i64 row = blockIdx.x;
    i64 at = (perRow ? row : row / padded) * width;
    float dot = 0;
    for (int i = threadIdx.x; i < width; i += blockDim.x) {
        dot += e[row * width + i] * seen[at + i];
    }
    dot = block_sum(dot);
    if (threadIdx.x == 0) {
        constants[row] = epsilon * dot;
    }
}

// dv = or += g_r outer + inner + seen_r through, back to rows of tokens; g and inner none for 1 and 0.
KERNEL value_gradient(
        ARRAY(const float) outer, ARRAY(const float) inner, ARRAY(const float) g, ARRAY(const float) seen,
        ARRAY(const float) through, int perRow, ARRAY(float) dv, i64 n, int heads, int tokens, int padded, int size, int width,
        int adds) {
    for (i64 i = place(); i < n; i += step()) {
        int c = (int)(i % size);
        int h = (int)(i / size % heads);
        i64 row = i / size / heads;
        i64 head = row / tokens * heads + h;
        i64 at = head * padded + row % tokens;
        float value = (g ? g[at] : 1.0f) * outer[at * width + c] + (inner ? inner[at * width + c] : 0.0f);
        value += seen[at] != 0.0f ? through[(perRow ? at : head) * width + c] : 0.0f;
        dv[i] = (adds ? dv[i] : 0.0f) + value;
    }
}

// dots_r = x_r . y_r, a block for each row.
KERNEL row_dots(ARRAY(const float) x, ARRAY(const float) y, i64 width, ARRAY(float) dots) {
    i64 at = (i64)blockIdx.x * width;
    float dot = 0;
    for (i64 i = threadIdx.x; i < width; i += blockDim.x) {
        dot += x[at + i] * y[at + i];
    }
    dot = block_sum(dot);
    if (threadIdx.x == 0) {
        dots[blockIdx.x] = dot;
    }
}

// da_t = sum over s >= t of the chunk and the sequence of dots_s, less what the state behind the chunk takes; a thread for each chunk.
// Row r of what stands behind a chunk is its successor's, and nothing is behind the last one.
KERNEL causal_decay_gradient(
        ARRAY(const float) dots, ARRAY(const float) dstates, ARRAY(const float) states, ARRAY(const float) seen,
        ARRAY(const int) p, int chunk, int chunks, i64 size, ARRAY(float) da) {
    i64 i = blockIdx.x;
    float behind = 0;
    if ((int)(i % chunks) < chunks - 1) {
        for (i64 k = threadIdx.x; k < size; k += blockDim.x) {
            behind += dstates[i * size + k] * states[(i + 1) * size + k];
        }
    }
    behind = block_sum(behind);
    if (threadIdx.x == 0) {
        float sum = -behind;
        for (int k = chunk - 1; k >= 0; k--) {
            i64 t = i * chunk + k;
            sum += dots[t];
            da[t] = seen[t] != 0.0f ? sum : 0.0f;
            sum = p && p[t] == 0 ? 0.0f : sum;
        }
    }
}

// A state that a part of a sequence leaves: S [M,Dv], z [M], seen values [Dv], R, count; and back, as [M,width] and [width].
KERNEL pack_state(
        ARRAY(const float) sums, ARRAY(const float) seen, ARRAY(const float) end, ARRAY(float) state, int columns, int size,
        int width) {
    i64 head = blockIdx.x;
    i64 length = (i64)columns * size + columns + size + 2;
    for (i64 i = threadIdx.x; i < length; i += blockDim.x) {
        float value;
        i64 z = (i64)columns * size;
        if (i < z) {
            value = sums[(head * columns + i / size) * width + i % size];
        } else if (i < z + columns) {
            value = sums[(head * columns + i - z) * width + size];
        } else if (i < z + columns + size) {
            value = seen[head * width + i - z - columns];
        } else {
            value = i == length - 2 ? end[head] : seen[head * width + size];
        }
        state[head * length + i] = value;
    }
}

KERNEL unpack_state(ARRAY(const float) state, ARRAY(float) sums, ARRAY(float) seen, int columns, int size, int width) {
    i64 head = blockIdx.x;
    i64 length = (i64)columns * size + columns + size + 2;
    i64 at = head * length;
    for (i64 i = threadIdx.x; i < (i64)columns * width; i += blockDim.x) {
        i64 r = i / width;
        int c = (int)(i % width);
        sums[head * columns * width + i] =
                c < size ? state[at + r * size + c] : c == size ? state[at + (i64)columns * size + r] : 0.0f;
    }
    for (int c = threadIdx.x; c < width; c += blockDim.x) {
        seen[head * width + c] = c < size ? state[at + (i64)columns * (size + 1) + c] : c == size ? state[at + length - 1] : 0.0f;
    }
}
