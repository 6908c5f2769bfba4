// Exact attention of blocks of queries, scores [B*H,rows,keys]: a query at a place sees keys from place - left to place + right, if they are real
// and of the query's sequence; and the first tokens of a sequence, global ones, are seen by all and see all, of earlier ones
// only where right is 0.

FUNCTION int sees(
        ARRAY(const float) mask, ARRAY(const int) places, i64 b, i64 query, i64 key, int keys, i64 left, i64 right,
        int global) {
    int near = key >= query - left && key <= query + right;
    if (global > 0 && !near && (right > 0 || key <= query)) {
        i64 ofKey = places ? places[b * keys + key] : key;
        i64 ofQuery = places ? places[b * keys + query] : query;
        near = ofKey < global || (right > 0 && ofQuery < global);
    }
    return near && real(mask, b * keys + key) && together(places, b * keys, (int)query, (int)key, keys);
}

// A score less what a head decays by from key to query; rates none for 0.
FUNCTION float decayed(float s, ARRAY(const float) rates, int head, i64 query, i64 key) {
    return rates ? s - rates[head] * (float)(query < key ? key - query : query - key) : s;
}

// P = softmax of the scores that are seen, 0 elsewhere; sums_r = log of the sum of exponentials, +infinity without any. A block for each row.
KERNEL attend_softmax(
        ARRAY(float) s, ARRAY(const float) mask, ARRAY(const int) places, int heads, int rows, int width, int firstRow,
        int firstKey, int keys, int offset, i64 left, i64 right, int global,
        ARRAY(const float) rates, int queries, ARRAY(float) sums) {
    i64 at = (i64)blockIdx.x * width;
    int r = (int)(blockIdx.x % rows);
    i64 head = blockIdx.x / rows;
    i64 b = head / heads;
    int h = (int)(head % heads);
    i64 query = (i64)firstRow + r + offset;
    float top = NOTHING;
    for (int i = threadIdx.x; i < width; i += blockDim.x) {
        top = sees(mask, places, b, query, firstKey + i, keys, left, right, global)
                ? fmaxf(top, decayed(s[at + i], rates, h, query, firstKey + i))
                : top;
    }
    top = block_max(top);
    float sum = 0;
    for (int i = threadIdx.x; i < width; i += blockDim.x) {
        float p = sees(mask, places, b, query, firstKey + i, keys, left, right, global)
                ? expf(decayed(s[at + i], rates, h, query, firstKey + i) - top)
                : 0.0f;
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
        ARRAY(float) s, ARRAY(float) dp, ARRAY(const float) mask, ARRAY(const int) places, int heads, int rows, int width,
        int firstRow, int firstKey, int keys, int offset, i64 left, i64 right, int global,
        ARRAY(const float) rates, int queries, ARRAY(const float) sums, ARRAY(const float) deltas) {
    i64 at = (i64)blockIdx.x * width;
    int r = (int)(blockIdx.x % rows);
    i64 head = blockIdx.x / rows;
    i64 b = head / heads;
    int h = (int)(head % heads);
    i64 query = (i64)firstRow + r + offset;
    float sum = sums[head * queries + firstRow + r];
    float delta = deltas[head * queries + firstRow + r];
    for (int i = threadIdx.x; i < width; i += blockDim.x) {
        float p = sees(mask, places, b, query, firstKey + i, keys, left, right, global)
                ? expf(decayed(s[at + i], rates, h, query, firstKey + i) - sum)
                : 0.0f;
        s[at + i] = p;
        dp[at + i] = p * (dp[at + i] - delta);
    }
}
