package io.github.performer4j.gpu.program;

import io.github.performer4j.core.program.Value;

/**
 * Queries, or keys, of all heads on the device.
 *
 * @param value which they are
 * @param queries whether they are queries; else keys
 * @param tokens of a sequence
 * @param padded rows of a head
 * @param x rows of heads, scaled [B·H,padded,D]
 * @param y what of them is projected, [B·H,padded,D]: x, or x in other coordinates
 * @param p projected [B·H,padded,draws]
 * @param phi features [B·H,padded,M]; p itself where P is not needed behind them
 */
record HeadRows(Value value, boolean queries, int tokens, int padded, long x, long y, long p, long phi) {
    String name() {
        return queries ? "queries" : "keys";
    }
}
