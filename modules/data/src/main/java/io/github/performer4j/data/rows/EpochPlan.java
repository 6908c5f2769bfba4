package io.github.performer4j.data.rows;

import io.github.performer4j.data.read.DataConfig;
import io.github.performer4j.data.read.Framing;
import io.github.performer4j.data.read.PartReader;
import io.github.performer4j.data.token.Tokenizer;
import io.github.performer4j.kernels.math.CounterRandom;
import java.io.IOException;

/**
 * The stages that make an epoch of a corpus: parts, rows, order, buckets, numbers.
 *
 * <pre>
 * BOTH, START      parts → windows → shuffle rows → buckets
 * PACKED, text     parts → pack    → shuffle rows → one shape
 * PACKED, protein  parts → shuffle documents → pack → one shape
 * packing          parts → windows → shuffle rows → {@link PackedStream}, one shape
 * </pre>
 *
 * For evaluation nothing is shuffled, nothing is skipped, and the epoch counts as 0.
 *
 * @param config how rows are cut
 * @param batching what the task makes of rows
 * @param brief whether the documents are short, so that they rather than their rows are shuffled before packing, and long ones cropped
 * @param tokenizer gives the ids of special tokens
 * @param inMemory whether the parts are kept by the corpus
 * @param stream symbols of all documents packed one after the other, ends included
 * @param shuffle training or evaluation
 * @param seed the run's seed
 * @param epoch the epoch's number
 */
public record EpochPlan(
        DataConfig config,
        Batching batching,
        boolean brief,
        Tokenizer tokenizer,
        boolean inMemory,
        long stream,
        boolean shuffle,
        long seed,
        long epoch) {
    private static final long DRAW_ROWS = 3;
    private static final long DRAW_FILES = 4;
    private static final long DRAW_SKIP = 5;

    /** Checks that task, rows and tokenizer go together; for evaluation the epoch is 0. */
    public EpochPlan {
        config.framing().require(tokenizer);
        batching.require(tokenizer);
        epoch = shuffle ? epoch : 0;
    }

    /** Returns the files' numbers in the order of reading: seeded for training, as listed for evaluation. */
    public int[] fileOrder(int files) {
        int[] order = new int[files];
        CounterRandom draws = CounterRandom.of(seed, DRAW_FILES, epoch);
        for (int i = 0; i < files; i++) {
            int j = shuffle ? draws.nextInt(i + 1) : i;
            order[i] = order[j];
            order[j] = i;
        }
        return order;
    }

    /** Turns parts in that order into batches. */
    public BatchStream stream(PartReader parts) {
        Batching.Draws draws = new Batching.Draws(tokenizer, seed, epoch, shuffle);
        return config.packing() && shuffle
                ? new PackedStream(rows(parts), config, batching, draws)
                : new BucketStream(rows(parts), new Buckets(config), batching, draws);
    }

    /**
     * Measures what packing saves.
     *
     * @param parts in order; closed
     * @throws IOException if they cannot be read
     */
    public Padding padding(PartReader parts) throws IOException {
        try (RowSource rows = rows(parts)) {
            return Padding.of(rows, config, batching);
        }
    }

    private RowSource rows(PartReader parts) {
        boolean packed = config.framing() == Framing.PACKED;
        CounterRandom order = CounterRandom.of(seed, DRAW_ROWS, epoch);
        if (packed) {
            // A stream that fits in one row has no phase to draw: a row that began behind its start would lose tokens,
            // or be empty.
            boolean shifted = shuffle && stream > config.maxTokens();
            int skip = shifted ? CounterRandom.of(seed, DRAW_SKIP, epoch).nextInt(config.maxTokens()) : 0;
            boolean byDocument = shuffle && brief;
            PartReader source = byDocument ? new ShuffledParts(parts, config.shuffleWindow(), order) : parts;
            RowSource cut = new PackedRows(source, config, tokenizer, skip);
            return shuffle && !byDocument ? new ShuffledRows(cut, config.shuffleWindow(), false, order) : cut;
        }
        WindowRows.TooLong policy =
                !shuffle ? WindowRows.TooLong.CUT : brief ? WindowRows.TooLong.CROP : WindowRows.TooLong.CUT_FROM_PHASE;
        RowSource cut = new WindowRows(parts, config, batching, tokenizer, policy, seed, epoch);
        return shuffle ? new ShuffledRows(cut, config.shuffleWindow(), !inMemory, order) : cut;
    }
}
