// Softmax and the cross-entropy of labels over rows of logits, a block for each row.

KERNEL softmax(ARRAY(float) x, int columns) {
    i64 at = (i64)blockIdx.x * columns;
    float top = NOTHING;
    for (int i = threadIdx.x; i < columns; i += blockDim.x) {
        top = fmaxf(top, x[at + i]);
    }
    top = block_max(top);
    float sum = 0;
    for (int i = threadIdx.x; i < columns; i += blockDim.x) {
        float e = expf(x[at + i] - top);
        x[at + i] = e;
        sum += e;
    }
    sum = block_sum(sum);
    for (int i = threadIdx.x; i < columns; i += blockDim.x) {
        x[at + i] /= sum;
    }
}

// losses_r = log sum exp z - z_label, 0 without a label; where a weight is given, z becomes weight (softmax - onehot), 0 without a label.
KERNEL cross_entropy(ARRAY(float) z, ARRAY(const int) labels, int columns, ARRAY(const double) weight, ARRAY(float) losses) {
    i64 at = (i64)blockIdx.x * columns;
    int label = labels[blockIdx.x];
    float top = NOTHING;
    for (int i = threadIdx.x; i < columns; i += blockDim.x) {
        top = fmaxf(top, z[at + i]);
    }
    top = block_max(top);
    float sum = 0;
    for (int i = threadIdx.x; i < columns; i += blockDim.x) {
        sum += expf(z[at + i] - top);
    }
    sum = block_sum(sum);
    if (threadIdx.x == 0) {
        losses[blockIdx.x] = label < 0 ? 0.0f : top + logf(sum) - z[at + label];
    }
    __syncthreads();
    if (!weight) {
        return;
    }
    float factor = (float)weight[0];
    for (int i = threadIdx.x; i < columns; i += blockDim.x) {
        float p = expf(z[at + i] - top) / sum;
        z[at + i] = label < 0 ? 0.0f : factor * (i == label ? p - 1 : p);
    }
}
