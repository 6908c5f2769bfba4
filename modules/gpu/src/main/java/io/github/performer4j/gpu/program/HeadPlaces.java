package io.github.performer4j.gpu.program;

import io.github.performer4j.core.program.Op;

/**
 * Where the sequences of packed rows lie among the tokens of heads; all 0 where there is a sequence in each row.
 *
 * @param places of tokens in their sequences, int32 [B·H,padded]; rows behind the last token go on with its sequence
 * @param enters 1 for tokens whose sequence began before their chunk, else 0, [B·H,padded]
 * @param stays 1 for seen keys whose sequence goes on to the end of their chunk, else 0, [B·H,padded]
 * @param passes 1 for chunks that a sequence goes through from before them, else 0, [B·H,chunks]
 */
record HeadPlaces(long places, long enters, long stays, long passes) {

    /** Makes them from those of tokens; {@code seen} says which keys are. */
    static HeadPlaces of(DeviceRun run, Op.Attend op, HeadShape shape, long seen) {
        long ofTokens = run.pass.places(op.k().side());
        if (ofTokens == 0) {
            return new HeadPlaces(0, 0, 0, 0);
        }
        long n = (long) shape.all() * shape.paddedKeys();
        long places = run.room("places of heads", n);
        run.launches.values("head_places", n, ofTokens, places, n, shape.heads(), shape.keys(), shape.paddedKeys());
        long enters = run.room("enters", n);
        long stays = run.room("stays", n);
        long passes = run.room("passes", (long) shape.all() * shape.chunks());
        run.launches.values("chunk_edges", n, places, seen, n, shape.chunk(), enters, stays, passes);
        return new HeadPlaces(places, enters, stays, passes);
    }

    /** Returns whether rows are packed. */
    boolean packed() {
        return places != 0;
    }
}
