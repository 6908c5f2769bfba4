// Operations that know a token's id or its place in a sequence; masks are 1 for real tokens, [B,T], or none. In packed rows
// places are those of tokens in their sequences, [B,T], padding counted with the sequence before it; else there are none.

FUNCTION int real(ARRAY(const float) mask, i64 token) {
    return mask ? mask[token] != 0.0f : 1;
}

// Behind the last token of the sequence that token t of a row is of.
FUNCTION int sequence_end(ARRAY(const int) places, i64 row, int t, int tokens) {
    int end = places ? t + 1 : tokens;
    while (end < tokens && places[row + end] != 0) {
        end++;
    }
    return end;
}

// Whether token t of a row is of one sequence with another one of that row, if there is one at that place.
FUNCTION int together(ARRAY(const int) places, i64 row, int t, int other, int tokens) {
    if (!places) {
        return 1;
    }
    if (other <= t) {
        return t - other <= places[row + t];
    }
    return other < tokens && places[row + other] == places[row + t] + other - t;
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

// What rows of a table are multiplied by where a token's vector is 0 and the others make up for it: n/(n - h), h of a
// sequence's n tokens hidden. A block for each row.
KERNEL hidden_factors(
        ARRAY(const int) ids, ARRAY(const float) mask, ARRAY(const int) places, int token, int tokens, ARRAY(float) factors) {
    i64 row = (i64)blockIdx.x * tokens;
    for (int from = 0, end = 0; from < tokens; from = end) {
        end = sequence_end(places, row, from, tokens);
        float count = 0;
        float hidden = 0;
        for (int t = from + threadIdx.x; t < end; t += blockDim.x) {
            int counts = real(mask, row + t);
            count += counts;
            hidden += counts && ids[row + t] == token;
        }
        count = block_sum(count);
        hidden = block_sum(hidden);
        float others = hidden > 0 ? count / fmaxf(count - hidden, 1.0f) : 1.0f;
        for (int t = from + threadIdx.x; t < end; t += blockDim.x) {
            factors[row + t] = real(mask, row + t) && ids[row + t] == token ? 0.0f : others;
        }
    }
}

// Which of two texts a token is of, 1 or 0 for each: the second begins behind the first separator. A thread for each row.
KERNEL text_shares(
        ARRAY(const int) ids, ARRAY(const int) places, int separator, int tokens, i64 batch, ARRAY(float) first,
        ARRAY(float) second) {
    for (i64 b = place(); b < batch; b += step()) {
        int behind = 0;
        for (i64 t = b * tokens; t < (b + 1) * tokens; t++) {
            behind = behind && !(places && places[t] == 0);
            first[t] = behind ? 0.0f : 1.0f;
            second[t] = behind ? 1.0f : 0.0f;
            behind = behind || ids[t] == separator;
        }
    }
}

// y_t += S_0 or S_1, as the token is of the first text or of the second.
KERNEL add_types(ARRAY(float) y, ARRAY(const float) types, ARRAY(const float) second, i64 n, int columns) {
    for (i64 i = place(); i < n; i += step()) {
        y[i] += types[(second[i / columns] != 0.0f ? columns : 0) + i % columns];
    }
}

// y_bt = x_bt + P_t, P from the first token on.
KERNEL add_places(
        ARRAY(const float) x, ARRAY(const float) table, ARRAY(const int) places, ARRAY(float) y, i64 n, int tokens,
        int columns) {
    for (i64 i = place(); i < n; i += step()) {
        i64 t = places ? places[i / columns] : i / columns % tokens;
        y[i] = x[i] + table[t * columns + i % columns];
    }
}

// Sum of what tokens at a place, counted from the first one of this part, give to a row of a table: over the batch, in its
// order, or in packed rows over order from starts at the place on.
FUNCTION float given_at(
        ARRAY(const float) d, ARRAY(const int) starts, ARRAY(const int) order, int batch, i64 tokens, i64 t, i64 c, int columns) {
    float sum = 0;
    if (starts) {
        for (int k = starts[t]; k < starts[t + 1]; k++) {
            sum += d[(i64)order[k] * columns + c];
        }
        return sum;
    }
    for (int b = 0; b < batch; b++) {
        sum += d[(b * tokens + t) * columns + c];
    }
    return sum;
}

// dP_t += sum over the tokens at that place.
KERNEL places_gradient(
        ARRAY(const float) d, ARRAY(const int) starts, ARRAY(const int) order, int batch, int tokens, int columns,
        ARRAY(float) dplaces) {
    i64 n = (i64)tokens * columns;
    for (i64 i = place(); i < n; i += step()) {
        dplaces[i] += given_at(d, starts, order, batch, tokens, i / columns, i % columns, columns);
    }
}

// y_bt = x_bt + R_(p / width) + C_(p mod width), p = offset + t: axial places.
KERNEL add_axial(
        ARRAY(const float) x, ARRAY(const float) rows, ARRAY(const float) rest, ARRAY(const int) places, ARRAY(float) y,
        i64 n, int tokens, int offset, int columns, int width) {
    for (i64 i = place(); i < n; i += step()) {
        int p = offset + (places ? places[i / columns] : (int)(i / columns % tokens));
        i64 c = i % columns;
        y[i] = x[i] + (rows[(i64)(p / width) * columns + c] + rest[(i64)(p % width) * columns + c]);
    }
}

// dtable_r += sum over places from r every on, as many steps apart, below reach of them, in their order.
KERNEL axial_gradient(
        ARRAY(const float) d, ARRAY(const int) starts, ARRAY(const int) order, int batch, int tokens, int offset,
        int columns, i64 n, int every, int apart, i64 reach, ARRAY(float) dtable) {
    for (i64 i = place(); i < n; i += step()) {
        i64 first = i / columns * every;
        float sum = dtable[i];
        for (i64 p = first; p < first + reach && p < (i64)offset + tokens; p += apart) {
            if (p >= offset) {
                sum += given_at(d, starts, order, batch, tokens, p - offset, i % columns, columns);
            }
        }
        dtable[i] = sum;
    }
}

// Turns pairs of columns of each head; what does not turn is copied.
KERNEL rotate(
        ARRAY(const float) x, ARRAY(const float) cosines, ARRAY(const float) sines, ARRAY(const int) places, ARRAY(float) y,
        i64 n, int tokens, int offset, int columns, int size, int pairs, int stride, int distance, float sign, int adds) {
    for (i64 i = place(); i < n; i += step()) {
        int column = (int)(i % columns) % size;
        int at = stride == 1 ? column % (distance > 0 ? distance : 1) : column / 2;
        int second = stride == 1 ? column >= distance : column & 1;
        float value = x[i];
        if (column < 2 * pairs) {
            int t = offset + (places ? places[i / columns] : (int)(i / columns % tokens));
            i64 angle = (i64)t * pairs + at;
            float other = second ? x[i - distance] : x[i + distance];
            value = value * cosines[angle] + (second ? sign : -sign) * other * sines[angle];
        }
        y[i] = (adds ? y[i] : 0.0f) + value;
    }
}

// A row that a convolution or a shift reads: of this part, of the part before, or zeros.
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
        ARRAY(const float) x, ARRAY(const float) w, ARRAY(const float) mask, ARRAY(const float) before,
        ARRAY(const int) places, ARRAY(float) y, i64 n, int tokens, int columns, int taps, int centre) {
    for (i64 i = place(); i < n; i += step()) {
        int c = (int)(i % columns);
        int t = (int)(i / columns % tokens);
        int b = (int)(i / columns / tokens);
        float sum = x[i];
        for (int s = 0; s < taps; s++) {
            int from = t + centre - s;
            if (together(places, (i64)b * tokens, t, from, tokens)) {
                sum += w[s * columns + c] * read(x, mask, before, b, from, c, tokens, columns, taps - 1);
            }
        }
        y[i] = sum;
    }
}

KERNEL convolve_gradient(
        ARRAY(const float) d, ARRAY(const float) w, ARRAY(const float) mask, ARRAY(const int) places, ARRAY(float) dx, i64 n,
        int tokens, int columns, int taps, int centre, int adds) {
    for (i64 i = place(); i < n; i += step()) {
        int c = (int)(i % columns);
        int t = (int)(i / columns % tokens);
        int b = (int)(i / columns / tokens);
        float sum = (adds ? dx[i] : 0.0f) + d[i];
        if (real(mask, i / columns)) {
            for (int s = 0; s < taps; s++) {
                int later = t - centre + s;
                if (later >= 0 && later < tokens && real(mask, (i64)b * tokens + later)
                        && together(places, (i64)b * tokens, t, later, tokens)) {
                    sum += w[s * columns + c] * d[((i64)b * tokens + later) * columns + c];
                }
            }
        }
        dx[i] = sum;
    }
}

// dw_s = sum over tokens of d_t x_(t + centre - s): blocks of 32 columns of a tap, 8 threads for each.
KERNEL convolve_weight_gradient(
        ARRAY(const float) d, ARRAY(const float) x, ARRAY(const float) mask, ARRAY(const float) before,
        ARRAY(const int) places, int batch, int tokens, int columns, int taps, int centre, ARRAY(float) dw, int adds) {
    SHARED(float, part, 256);
    int s = blockIdx.y;
    int row = threadIdx.x >> 5;
    int column = blockIdx.x * 32 + (threadIdx.x & 31);
    float sum = 0;
    for (int r = row; r < batch * tokens && column < columns; r += 8) {
        int b = r / tokens;
        int from = r % tokens + centre - s;
        if (together(places, (i64)b * tokens, r % tokens, from, tokens)) {
            sum += d[(i64)r * columns + column] * read(x, mask, before, b, from, column, tokens, columns, taps - 1);
        }
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

// Token shift: part columns from first on are those of the token before, and, unless causal, the first ones those of the
// token behind.
KERNEL shift(
        ARRAY(const float) x, ARRAY(const float) mask, ARRAY(const float) before, ARRAY(const int) places, ARRAY(float) y,
        i64 n, int tokens, int columns, int part, int first) {
    for (i64 i = place(); i < n; i += step()) {
        int c = (int)(i % columns);
        int t = (int)(i / columns % tokens);
        int b = (int)(i / columns / tokens);
        int from = c >= first && c < first + part ? t - 1 : c < first - part ? t + 1 : t;
        float value = 0;
        if (from != t && together(places, (i64)b * tokens, t, from, tokens)) {
            value = read(x, mask, before, b, from, c, tokens, columns, 1);
        }
        y[i] = from == t ? x[i] : value;
    }
}

KERNEL shift_gradient(
        ARRAY(const float) d, ARRAY(const float) mask, ARRAY(const int) places, ARRAY(float) dx, i64 n, int tokens,
        int columns, int part, int first, int adds) {
    for (i64 i = place(); i < n; i += step()) {
        int c = (int)(i % columns);
        int t = (int)(i / columns % tokens);
        int to = c >= first && c < first + part ? t + 1 : c < first - part ? t - 1 : t;
        float value = to == t ? d[i] : 0.0f;
        i64 row = i / columns - t;
        if (to != t && to >= 0 && to < tokens && real(mask, i / columns) && together(places, row, t, to, tokens)) {
            value = d[i + (i64)(to - t) * columns];
        }
        dx[i] = (adds ? dx[i] : 0.0f) + value;
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
