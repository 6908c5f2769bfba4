// Exact attention of blocks of queries, scores [B*H,rows,keys]: a query at a place sees keys from place - left to place + right, if they are real.

FUNCTION int sees(ARRAY(const float) mask, i64 b, i64 query, i64 key, int keys, i64 left, i64 right) {
    return key >= query - left && key <= query + right && real(mask, b * keys + key);
}

// P = softmax of the scores that are seen, 0 elsewhere; sums_r = log of the sum of exponentials, +infinity without any. A block for each row.
KERNEL attend_softmax(
        ARRAY(float) s, ARRAY(const float) mask, int heads, int rows, int width, int firstRow, int firstKey, int keys, int offset,
        i64 left, i64 right, int queries, ARRAY(float) sums) {
    i64 at = (i64)blockIdx.x * width;
    int r = (int)(blockIdx.x % rows);
    i64 head = blockIdx.x / rows;
    i64 b = head / heads;
    i64 query = (i64)firstRow + r + offset;
    float top = NOTHING;
    for (int i = threadIdx.x; i < width; i += blockDim.x) {
        top = sees(mask, b, query, firstKey + i, keys, left, right) ? fmaxf(top, s[at + i]) : top;
    }
    top = block_max(top);
    float sum = 0;
    for (int i = threadIdx.x; i < width; i += blockDim.x) {
        float p = sees(mask, b, query, firstKey + i, keys, left, right) ? expf(s[at + i] - top) : 0.0f;
        s[at + i] = p;
        sum += p;
    }
    sum = block_sum(sum);
    float inverse = sum == 0 ? 0.0f : 1 / sum;
    for (int i = threadIdx.x; i < width; i += blockDim.x) {
        s[at + i] *= inverse;
    }
    if (threadIdx.x == 0 && sums) {
        sums[head * queries + firstRow + r] = sum == 0 ? -NOTHING : top + logf(sum);
    }
}

// P = exp(S - L) again, and dS = P (dP - delta), delta = error . out of each row; s becomes P and dp becomes dS.
KERNEL attend_softmax_gradient(
        ARRAY(float) s, ARRAY(float) dp, ARRAY(const float) mask, int heads, int rows, int width, int firstRow, int firstKey,
        int keys, int offset, i64 left, i64 right, int queries, ARRAY(const float) sums, ARRAY(const float) deltas) {
    i64 at = (i64)blockIdx.x * width;
    int r = (int)(blockIdx.x % rows);
    i64 head = blockIdx.x / rows;
    i64 b = head / heads;
    i64 query = (i64)firstRow + r + offset;
    float sum = sums[head * queries + firstRow + r];
    float delta = deltas[head * queries + firstRow + r];
    for (int i = threadIdx.x; i < width; i += blockDim.x) {
        float p = sees(mask, b, query, firstKey + i, keys, left, right) ? expf(s[at + i] - sum) : 0.0f;
        s[at + i] = p;
        dp[at + i] = p * (dp[at + i] - delta);
    }
}
