// Sums over a graph kernel K = Phi Phi'^T of heads, S_i = sum_j K_ij (phi_i . psi_j) x_j. Both factors have the same places p, by rows: those of row i are from rowStarts[i] on, those of
// column j are columnOrder[columnStarts[j]] on. Nodes of batch items stand one behind the other, n to an item; each head h has weights of its own [H,P]. Orders of sums are those of places.
// Arrays of nodes are [B*H,n,·]; phi none for one feature 1. W columns of x.

// Weights of places: sum over l of f_l values[p,l], f = exp(theta), or 1 where there is none.
KERNEL graph_weights(
        ARRAY(const float) values, ARRAY(const float) theta, ARRAY(float) weights, i64 n, int places, int lengths) {
    for (i64 i = place(); i < n; i += step()) {
        i64 p = i % places;
        i64 h = i / places;
        float sum = 0;
        for (int l = 0; l < lengths; l++) {
            sum += (theta ? expf(theta[h * lengths + l]) : 1.0f) * values[p * lengths + l];
        }
        weights[i] = sum;
    }
}

// z [B*H,n,block,W] = at column j the sum over its places of w_p phi(row)_(from + m) x(row)_c.
KERNEL graph_gather(
        ARRAY(const float) weights, ARRAY(const int) rows, ARRAY(const int) starts, ARRAY(const int) order,
        ARRAY(const float) phi, ARRAY(const float) x, ARRAY(float) z, i64 n, int heads, int nodes, int places, int features,
        int from, int block, int width) {
    for (i64 i = place(); i < n; i += step()) {
        int c = (int)(i % width);
        int m = (int)(i / width % block);
        i64 node = i / width / block;
        i64 head = node / nodes;
        i64 column = head / heads * nodes + node % nodes;
        i64 w = head % heads * places;
        float sum = 0;
        for (int e = starts[column]; e < starts[column + 1]; e++) {
            int p = order[e];
            i64 row = head * nodes + rows[p];
            sum += weights[w + p] * (phi ? phi[row * features + from + m] : 1.0f) * x[row * width + c];
        }
        z[i] = sum;
    }
}

// y_i = or += the sum over places of row i of w_p sum over m of phi_i,(from + m) z(column)_m.
KERNEL graph_spread(
        ARRAY(const float) weights, ARRAY(const int) columns, ARRAY(const int) starts, ARRAY(const float) phi,
        ARRAY(const float) z, ARRAY(float) y, i64 n, int heads, int nodes, int places, int features, int from, int block,
        int width, int adds) {
    for (i64 i = place(); i < n; i += step()) {
        int c = (int)(i % width);
        i64 node = i / width;
        i64 head = node / nodes;
        i64 row = head / heads * nodes + node % nodes;
        i64 w = head % heads * places;
        float sum = 0;
        for (int p = starts[row]; p < starts[row + 1]; p++) {
            i64 at = (head * nodes + columns[p]) * block;
            float dot = 0;
            for (int m = 0; m < block; m++) {
                dot += (phi ? phi[node * features + from + m] : 1.0f) * z[(at + m) * width + c];
            }
            sum += weights[w + p] * dot;
        }
        y[i] = (adds ? y[i] : 0.0f) + sum;
    }
}

// dphi_i,(from + m) = the sum over places of row i of w_p x_i . z(column)_m.
KERNEL graph_feature_gradient(
        ARRAY(const float) weights, ARRAY(const int) columns, ARRAY(const int) starts, ARRAY(const float) x,
        ARRAY(const float) z, ARRAY(float) dphi, i64 n, int heads, int nodes, int places, int features, int from, int block,
        int width) {
    for (i64 i = place(); i < n; i += step()) {
        int m = (int)(i % block);
        i64 node = i / block;
        i64 head = node / nodes;
        i64 row = head / heads * nodes + node % nodes;
        i64 w = head % heads * places;
        float sum = 0;
        for (int p = starts[row]; p < starts[row + 1]; p++) {
            i64 at = ((head * nodes + columns[p]) * block + m) * width;
            float dot = 0;
            for (int c = 0; c < width; c++) {
                dot += x[node * width + c] * z[at + c];
            }
            sum += weights[w + p] * dot;
        }
        dphi[node * features + from + m] = sum;
    }
}

// dw_p = or += sum over m and c of phi(row)_(from + m) x(row)_c z(column)_m,c. A block for each head's place; items says whose node a place is.
KERNEL graph_place_gradient(
        ARRAY(const int) rows, ARRAY(const int) columns, ARRAY(const int) items, ARRAY(const float) phi,
        ARRAY(const float) x, ARRAY(const float) z, ARRAY(float) dw, int heads, int nodes, int places, int features, int from,
        int block, int width, int adds) {
    int p = (int)(blockIdx.x % places);
    i64 head = (i64)items[p] * heads + blockIdx.x / places;
    i64 row = head * nodes + rows[p];
    i64 at = (head * nodes + columns[p]) * block * width;
    float sum = 0;
    for (int i = threadIdx.x; i < block * width; i += blockDim.x) {
        sum += phi[row * features + from + i / width] * x[row * width + i % width] * z[at + i];
    }
    sum = block_sum(sum);
    if (threadIdx.x == 0) {
        dw[blockIdx.x] = (adds ? dw[blockIdx.x] : 0.0f) + sum;
    }
}

// dtheta_hl = or += f_hl sum over places of dleft_p C_pl + dright_p C'_pl. A block for each h and l.
KERNEL graph_modulation_gradient(
        ARRAY(const float) dleft, ARRAY(const float) dright, ARRAY(const float) left, ARRAY(const float) right,
        ARRAY(const float) theta, ARRAY(float) dtheta, int places, int lengths, int adds) {
    int l = (int)(blockIdx.x % lengths);
    i64 w = blockIdx.x / lengths * (i64)places;
    float sum = 0;
    for (int p = threadIdx.x; p < places; p += blockDim.x) {
        i64 at = (i64)p * lengths + l;
        sum += dleft[w + p] * left[at] + dright[w + p] * right[at];
    }
    sum = block_sum(sum);
    if (threadIdx.x == 0) {
        dtheta[blockIdx.x] = (adds ? dtheta[blockIdx.x] : 0.0f) + expf(theta[blockIdx.x]) * sum;
    }
}

// x_r *= 1/mass_r, mass the column behind the values of y; 1 where there is none. x may be y. A block for each row.
KERNEL graph_mean(ARRAY(const float) x, ARRAY(const float) masses, int size, int width, ARRAY(float) y) {
    i64 at = (i64)blockIdx.x * width;
    float mass = masses[at + size];
    float inverse = mass > 0 ? 1 / mass : 1.0f;
    for (int i = threadIdx.x; i < width; i += blockDim.x) {
        y[at + i] = x[at + i] * inverse;
    }
}
