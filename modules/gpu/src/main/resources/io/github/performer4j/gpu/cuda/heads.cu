// Rows of tokens [B*T, H*D] as rows of heads [B*H, Tp, width], Tp >= T: whole chunks, rows behind the last token are 0.

KERNEL pack(
        ARRAY(const float) x, ARRAY(float) y, i64 n, int heads, int tokens, int padded, int size, int width, float factor,
        int ones) {
    for (i64 i = place(); i < n; i += step()) {
        int c = (int)(i % width);
        int t = (int)(i / width % padded);
        i64 head = i / width / padded;
        int h = (int)(head % heads);
        i64 row = head / heads * tokens + t;
        float value = 0;
        if (t < tokens) {
            value = c < size ? factor * x[row * heads * size + h * size + c] : ones && c == size ? 1.0f : 0.0f;
        }
        y[i] = value;
    }
}

// y = or += factor(row) x, back to rows of tokens; factors are one for each row, or none.
KERNEL unpack(
        ARRAY(const float) x, ARRAY(float) y, i64 n, int heads, int tokens, int padded, int size, int width, int adds) {
    for (i64 i = place(); i < n; i += step()) {
        int c = (int)(i % size);
        int h = (int)(i / size % heads);
        i64 row = i / size / heads;
        i64 head = row / tokens * heads + h;
        y[i] = (adds ? y[i] : 0.0f) + x[(head * padded + row % tokens) * width + c];
    }
}

// y_ri = a_r x_ri.
KERNEL scale_rows(ARRAY(const float) x, ARRAY(const float) a, ARRAY(float) y, i64 n, int width) {
    for (i64 i = place(); i < n; i += step()) {
        y[i] = a[i / width] * x[i];
    }
}

// Which rows of heads are seen, 1 or 0: real tokens of keys.
KERNEL seen_rows(ARRAY(const float) mask, ARRAY(float) seen, i64 n, int heads, int tokens, int padded) {
    for (i64 i = place(); i < n; i += step()) {
        int t = (int)(i % padded);
        i64 b = i / padded / heads;
        seen[i] = t < tokens && real(mask, b * tokens + t) ? 1.0f : 0.0f;
    }
}

// Rows before those of a part: y [B,before+T,columns] of the state [B,before,columns], zeros where there is none, and of x [B,T,columns].
KERNEL join_rows(
        ARRAY(const float) state, ARRAY(const float) x, ARRAY(float) y, i64 n, int before, int tokens, int columns, float other) {
    for (i64 i = place(); i < n; i += step()) {
        int c = (int)(i % columns);
        int t = (int)(i / columns % (before + tokens));
        i64 b = i / columns / (before + tokens);
        if (t < before) {
            y[i] = state ? state[(b * before + t) * columns + c] : 0.0f;
        } else {
            y[i] = x ? x[(b * tokens + t - before) * columns + c] : other;
        }
    }
}

// y [B,T,columns] = the last T rows of each sequence of x [B,all,columns].
KERNEL last_rows(ARRAY(const float) x, ARRAY(float) y, i64 n, int all, int tokens, int columns, int adds) {
    for (i64 i = place(); i < n; i += step()) {
        i64 b = i / columns / tokens;
        int t = (int)(i / columns % tokens);
        y[i] = (adds ? y[i] : 0.0f) + x[(b * all + all - tokens + t) * columns + i % columns];
    }
}
