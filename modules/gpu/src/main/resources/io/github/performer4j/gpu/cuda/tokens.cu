// Operations that know a token's id or its place in a sequence; masks are 1 for real tokens, [B,T], or none.

FUNCTION int real(ARRAY(const float) mask, i64 token) {
    return mask ? mask[token] != 0.0f : 1;
}

// Rows of padding become 0, whatever they hold.
KERNEL mask_rows(ARRAY(float) x, ARRAY(const float) mask, i64 n, int columns) {
    for (i64 i = place(); i < n; i += step()) {
        if (!real(mask, i / columns)) {
            x[i] = 0;
        }
    }
}

KERNEL gather(ARRAY(const float) table, ARRAY(const int) ids, ARRAY(float) y, i64 n, int columns) {
    for (i64 i = place(); i < n; i += step()) {
        y[i] = table[(i64)ids[i / columns] * columns + i % columns];
    }
}

// table_id += the rows of its tokens, in their order: one block for each id that may occur, whose tokens stand together in order.
KERNEL scatter(
        ARRAY(const float) x, ARRAY(const int) ids, ARRAY(const int) starts, ARRAY(const int) order, int columns,
        ARRAY(float) table) {
    int from = starts[blockIdx.x];
    int to = starts[blockIdx.x + 1];
    if (from == to) {
        return;
    }
    i64 row = (i64)ids[order[from]] * columns;
    for (int c = threadIdx.x; c < columns; c += blockDim.x) {
        float sum = table[row + c];
        for (int i = from; i < to; i++) {
            sum += x[(i64)order[i] * columns + c];
        }
        table[row + c] = sum;
    }
}

// y_bt = x_bt + P_t, P from the first token on.
KERNEL add_places(ARRAY(const float) x, ARRAY(const float) places, ARRAY(float) y, i64 n, int tokens, int columns) {
    for (i64 i = place(); i < n; i += step()) {
        y[i] = x[i] + places[i / columns % tokens * columns + i % columns];
    }
}

// dP_t += sum over the batch, in its order.
KERNEL places_gradient(ARRAY(const float) d, int batch, int tokens, int columns, ARRAY(float) dplaces) {
    i64 n = (i64)tokens * columns;
    for (i64 i = place(); i < n; i += step()) {
        float sum = dplaces[i];
        for (int b = 0; b < batch; b++) {
            sum += d[b * n + i];
        }
        dplaces[i] = sum;
    }
}

// Turns pairs of columns of each head; what does not turn is copied.
KERNEL rotate(
        ARRAY(const float) x, ARRAY(const float) cosines, ARRAY(const float) sines, ARRAY(float) y, i64 n, int tokens,
        int offset, int columns, int size, int pairs, int stride, int distance, float sign, int adds) {
    for (i64 i = place(); i < n; i += step()) {
        int column = (int)(i % columns) % size;
        int at = stride == 1 ? column % (distance > 0 ? distance : 1) : column / 2;
        int second = stride == 1 ? column >= distance : column & 1;
        float value = x[i];
        if (column < 2 * pairs) {
            i64 angle = (i64)(offset + (int)(i / columns % tokens)) * pairs + at;
            float other = second ? x[i - distance] : x[i + distance];
            value = value * cosines[angle] + (second ? sign : -sign) * other * sines[angle];
        }
        y[i] = (adds ? y[i] : 0.0f) + value;
    }
}

// A row that a convolution reads: of this part, of the part before, or zeros.
FUNCTION float read(
        ARRAY(const float) x, ARRAY(const float) mask, ARRAY(const float) before, int b, int t, int c, int tokens, int columns,
        int earlier) {
    if (t >= tokens) {
        return 0;
    }
    if (t >= 0) {
        return real(mask, (i64)b * tokens + t) ? x[((i64)b * tokens + t) * columns + c] : 0.0f;
    }
    return before && t >= -earlier ? before[((i64)b * earlier + earlier + t) * columns + c] : 0.0f;
}

// y_t = x_t + sum over taps s of w_s x_(t + centre - s).
KERNEL convolve(
        ARRAY(const float) x, ARRAY(const float) w, ARRAY(const float) mask, ARRAY(const float) before, ARRAY(float) y, i64 n,
        int tokens, int columns, int taps, int centre) {
    for (i64 i = place(); i < n; i += step()) {
        int c = (int)(i % columns);
        int t = (int)(i / columns % tokens);
        int b = (int)(i / columns / tokens);
        float sum = x[i];
        for (int s = 0; s < taps; s++) {
            sum += w[s * columns + c] * read(x, mask, before, b, t + centre - s, c, tokens, columns, taps - 1);
        }
        y[i] = sum;
    }
}

KERNEL convolve_gradient(
        ARRAY(const float) d, ARRAY(const float) w, ARRAY(const float) mask, ARRAY(float) dx, i64 n, int tokens, int columns,
        int taps, int centre, int adds) {
    for (i64 i = place(); i < n; i += step()) {
        int c = (int)(i % columns);
        int t = (int)(i / columns % tokens);
        int b = (int)(i / columns / tokens);
        float sum = (adds ? dx[i] : 0.0f) + d[i];
        if (real(mask, i / columns)) {
            for (int s = 0; s < taps; s++) {
                int later = t - centre + s;
                if (later >= 0 && later < tokens && real(mask, (i64)b * tokens + later)) {
                    sum += w[s * columns + c] * d[((i64)b * tokens + later) * columns + c];
                }
            }
        }
        dx[i] = sum;
    }
}

// dw_s = sum over tokens of d_t x_(t + centre - s): blocks of 32 columns of a tap, 8 threads for each.
KERNEL convolve_weight_gradient(
        ARRAY(const float) d, ARRAY(const float) x, ARRAY(const float) mask, ARRAY(const float) before, int batch, int tokens,
        int columns, int taps, int centre, ARRAY(float) dw, int adds) {
    SHARED(float, part, 256);
    int s = blockIdx.y;
    int row = threadIdx.x >> 5;
    int column = blockIdx.x * 32 + (threadIdx.x & 31);
    float sum = 0;
    for (int r = row; r < batch * tokens && column < columns; r += 8) {
        int b = r / tokens;
        int t = r % tokens;
        sum += d[(i64)r * columns + column]
                * read(x, mask, before, b, t + centre - s, column, tokens, columns, taps - 1);
    }
    part[threadIdx.x] = sum;
    __syncthreads();
    if (row == 0 && column < columns) {
        for (int i = 1; i < 8; i++) {
            sum += part[i * 32 + (threadIdx.x & 31)];
        }
        dw[s * columns + column] = (adds ? dw[s * columns + column] : 0.0f) + sum;
    }
}

// The last rows that a convolution reads of a part, [B,taps-1,columns], for the part behind it.
KERNEL convolve_carry(
        ARRAY(const float) x, ARRAY(const float) mask, ARRAY(const float) before, ARRAY(float) after, i64 n, int tokens,
        int columns, int earlier) {
    for (i64 i = place(); i < n; i += step()) {
        int c = (int)(i % columns);
        int r = (int)(i / columns % earlier);
        int b = (int)(i / columns / earlier);
        after[i] = read(x, mask, before, b, tokens - earlier + r, c, tokens, columns, earlier);
    }
}

// What a token gives to its sequence's row: kind 0 the mean of the real ones, 1 the first, 2 the last real one, 3 a sixteenth of the sum of the real ones (Pooling.TYPICAL).
FUNCTION float given(ARRAY(const float) mask, int b, int t, int tokens, int kind, int count, int last) {
    i64 token = (i64)b * tokens + t;
    if (kind == 0) {
        return real(mask, token) ? 1.0f / (count > 0 ? count : 1) : 0.0f;
    }
    if (kind == 3) {
        return real(mask, token) ? 1.0f / 16 : 0.0f;
    }
    int chosen = kind == 1 ? 0 : last;
    return t == chosen && real(mask, token) ? 1.0f : 0.0f;
}

FUNCTION int real_tokens(ARRAY(const float) mask, int b, int tokens) {
    int count = 0;
    for (int t = 0; t < tokens; t++) {
        count += real(mask, (i64)b * tokens + t);
    }
    return count;
}

FUNCTION int last_token(ARRAY(const float) mask, int b, int tokens) {
    int t = tokens - 1;
    while (t > 0 && !real(mask, (i64)b * tokens + t)) {
        t--;
    }
    return t;
}

// The token of a sequence with the largest value of a column, the first of equals; -1 without real tokens.
FUNCTION int largest(ARRAY(const float) x, ARRAY(const float) mask, int b, int c, int tokens, int columns) {
    int chosen = -1;
    float value = 0;
    for (int t = 0; t < tokens; t++) {
        i64 token = (i64)b * tokens + t;
        if (real(mask, token) && (chosen < 0 || !(x[token * columns + c] <= value))) {
            chosen = t;
            value = x[token * columns + c];
        }
    }
    return chosen;
}

// The largest value of each column among a sequence's real tokens; 0 without any.
KERNEL pool_largest(ARRAY(const float) x, ARRAY(const float) mask, ARRAY(float) y, int tokens, int columns) {
    int b = blockIdx.x;
    for (int c = threadIdx.x; c < columns; c += blockDim.x) {
        int t = largest(x, mask, b, c, tokens, columns);
        y[(i64)b * columns + c] = t < 0 ? 0.0f : x[((i64)b * tokens + t) * columns + c];
    }
}

KERNEL pool_largest_gradient(
        ARRAY(const float) d, ARRAY(const float) x, ARRAY(const float) mask, ARRAY(float) dx, int tokens, int columns,
        int adds) {
    int b = blockIdx.x;
    for (int c = threadIdx.x; c < columns; c += blockDim.x) {
        int chosen = largest(x, mask, b, c, tokens, columns);
        for (int t = 0; t < tokens; t++) {
            i64 at = ((i64)b * tokens + t) * columns + c;
            dx[at] = (adds ? dx[at] : 0.0f) + (t == chosen ? d[(i64)b * columns + c] : 0.0f);
        }
    }
}

KERNEL pool(ARRAY(const float) x, ARRAY(const float) mask, ARRAY(float) y, int tokens, int columns, int kind) {
    int b = blockIdx.x;
    int count = real_tokens(mask, b, tokens);
    int last = last_token(mask, b, tokens);
    for (int c = threadIdx.x; c < columns; c += blockDim.x) {
        float sum = 0;
        for (int t = 0; t < tokens; t++) {
            float share = given(mask, b, t, tokens, kind, count, last);
            if (share != 0) {
                sum += share * x[((i64)b * tokens + t) * columns + c];
            }
        }
        y[(i64)b * columns + c] = sum;
    }
}

KERNEL pool_gradient(
        ARRAY(const float) d, ARRAY(const float) mask, ARRAY(float) dx, int tokens, int columns, int kind, int adds) {
    int b = blockIdx.x;
    int count = real_tokens(mask, b, tokens);
    int last = last_token(mask, b, tokens);
    for (i64 i = threadIdx.x; i < (i64)tokens * columns; i += blockDim.x) {
        i64 at = (i64)b * tokens * columns + i;
        float share = given(mask, b, (int)(i / columns), tokens, kind, count, last);
        dx[at] = (adds ? dx[at] : 0.0f) + (share == 0 ? 0.0f : share * d[(i64)b * columns + i % columns]);
    }
}
