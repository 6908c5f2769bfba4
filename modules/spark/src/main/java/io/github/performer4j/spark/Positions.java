package io.github.performer4j.spark;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.performer4j.checkpoint.ModelFile;
import io.github.performer4j.training.run.RoundTraining;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Where the workers read: the entry {@value #ENTRY} of a checkpoint.
 *
 * @param localSteps steps of a round
 * @param workers epoch and micro-batches of each
 */
record Positions(long localSteps, List<long[]> workers) {
    /** Name of the entry in a checkpoint's zip. */
    static final String ENTRY = RoundTraining.POSITIONS;

    private static final ObjectMapper MAPPER = new ObjectMapper();

    /** Returns the positions of workers that have read nothing. */
    static Positions start(long localSteps, int workers) {
        return new Positions(localSteps, new ArrayList<>(Collections.nCopies(workers, new long[2])));
    }

    /**
     * Reads those of a checkpoint.
     *
     * @param localSteps steps of a round, which must be those that it was made with
     * @param workers number of workers, likewise: the same bits need the same rounds
     * @throws IllegalArgumentException if they are not
     */
    static Positions read(Path checkpoint, long localSteps, int workers) throws IOException {
        byte[] entry = ModelFile.entry(checkpoint, ENTRY);
        if (entry == null) {
            throw new IllegalArgumentException(
                    "a run without Spark goes on without Spark; checkpoint=" + checkpoint + ", missing entry=" + ENTRY);
        }
        Positions read = MAPPER.readValue(entry, Positions.class);
        if (read.localSteps != localSteps || read.workers.size() != workers) {
            throw new IllegalArgumentException(
                    "a run goes on with the rounds it was begun with; workers=" + workers + ", checkpoint="
                            + read.workers.size() + ", localSteps=" + localSteps + ", checkpoint=" + read.localSteps);
        }
        return read;
    }

    byte[] toBytes() throws IOException {
        return MAPPER.writeValueAsBytes(this);
    }
}
