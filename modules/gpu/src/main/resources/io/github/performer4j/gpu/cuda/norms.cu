// Normalisation of rows, one block for each; a gain is of each column, or, alike, one for all. Moments are mean and 1/sqrt(variance + epsilon), by the root mean square 0 and 1/rms.

KERNEL norm_rows(
        ARRAY(const float) x, ARRAY(const float) gain, ARRAY(const float) bias, float epsilon, int columns, int centred,
        int alike, ARRAY(float) y, ARRAY(float) moments) {
    i64 at = (i64)blockIdx.x * columns;
    float mean = 0;
    if (centred) {
        for (int i = threadIdx.x; i < columns; i += blockDim.x) {
            mean += x[at + i];
        }
        mean = block_sum(mean) / columns;
    }
    float squares = 0;
    for (int i = threadIdx.x; i < columns; i += blockDim.x) {
        float d = x[at + i] - mean;
        squares += d * d;
    }
    float inverse = 1 / sqrtf(block_sum(squares) / columns + epsilon);
    if (threadIdx.x == 0) {
        moments[2 * (i64)blockIdx.x] = mean;
        moments[2 * (i64)blockIdx.x + 1] = inverse;
    }
    for (int i = threadIdx.x; i < columns; i += blockDim.x) {
        float normed = (x[at + i] - mean) * inverse * gain[alike ? 0 : i];
        y[at + i] = bias ? normed + bias[i] : normed;
    }
}

// dx = (g - mean(g) - n mean(g n)) inverse with g = d gain, n = (x - mean) inverse; by the root mean square without mean(g).
KERNEL norm_gradient(
        ARRAY(const float) d, ARRAY(const float) x, ARRAY(const float) gain, ARRAY(const float) moments, int columns,
        int centred, int alike, ARRAY(float) dx, int adds) {
    i64 at = (i64)blockIdx.x * columns;
    float mean = moments[2 * (i64)blockIdx.x];
    float inverse = moments[2 * (i64)blockIdx.x + 1];
    float sum = 0;
    float products = 0;
    for (int i = threadIdx.x; i < columns; i += blockDim.x) {
        float g = d[at + i] * gain[alike ? 0 : i];
        sum += g;
        products += g * (x[at + i] - mean) * inverse;
    }
    sum = centred ? block_sum(sum) / columns : 0;
    products = block_sum(products) / columns;
    for (int i = threadIdx.x; i < columns; i += blockDim.x) {
        float normed = (x[at + i] - mean) * inverse;
        dx[at + i] = (adds ? dx[at + i] : 0.0f) + (d[at + i] * gain[alike ? 0 : i] - sum - normed * products) * inverse;
    }
}

// dgain = sum of d n, dbias = sum of d over rows: blocks of 32 columns, 8 threads for each.
KERNEL norm_parameter_gradient(
        ARRAY(const float) d, ARRAY(const float) x, ARRAY(const float) moments, int rows, int columns, ARRAY(float) dgain,
        ARRAY(float) dbias, int adds) {
    SHARED(float, gains, 256);
    SHARED(float, biases, 256);
    int lane = threadIdx.x & 31;
    int row = threadIdx.x >> 5;
    int column = blockIdx.x * 32 + lane;
    float ofGain = 0;
    float ofBias = 0;
    for (int r = row; r < rows && column < columns; r += 8) {
        i64 at = (i64)r * columns + column;
        ofGain += d[at] * (x[at] - moments[2 * (i64)r]) * moments[2 * (i64)r + 1];
        ofBias += d[at];
    }
    gains[threadIdx.x] = ofGain;
    biases[threadIdx.x] = ofBias;
    __syncthreads();
    if (row == 0 && column < columns) {
        for (int i = 1; i < 8; i++) {
            ofGain += gains[i * 32 + lane];
            ofBias += biases[i * 32 + lane];
        }
        dgain[column] = (adds ? dgain[column] : 0.0f) + ofGain;
        if (dbias) {
            dbias[column] = (adds ? dbias[column] : 0.0f) + ofBias;
        }
    }
}
