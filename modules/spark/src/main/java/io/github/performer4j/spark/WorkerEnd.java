package io.github.performer4j.spark;

import java.io.Serializable;

/**
 * Where one worker stands after a round, and what it saw in it.
 *
 * @param epoch the epoch that it reads, from 0
 * @param batches micro-batches of its own that it has read of that epoch
 * @param tokens real tokens of the round
 * @param longest real tokens of its longest row so far
 * @param loss mean loss of its steps in the round
 * @param gradientNorm of its last step, before clipping
 * @param rate learning rate of its last step
 */
record WorkerEnd(long epoch, long batches, long tokens, int longest, double loss, double gradientNorm, double rate)
        implements Serializable {
    private static final long serialVersionUID = 1;
}
