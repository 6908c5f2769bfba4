package io.github.performer4j.training.run;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.github.performer4j.data.read.DataConfig;
import io.github.performer4j.training.Json;
import io.github.performer4j.training.Rule;
import io.github.performer4j.training.step.Resume;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What a run learns from and what it is measured on: with the data settings of its configuration, all that decides the two sides. It is
 * kept as {@code data.json} in the run folder and compared when the run goes on. Content counts; paths only say where it was.
 *
 * @param data absolute path of the data when it was last read
 * @param dataSha256 of the data
 * @param valid absolute path of the held-out data likewise; null if a share of the data is held out
 * @param validSha256 of the held-out data; null if there is none
 * @param validFraction the share of the data that is held out; null if there is held-out data
 * @param sides what came of it; null until they are read
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record RunData(String data, String dataSha256, String valid, String validSha256, Double validFraction, Sides sides) {
    /** Name of its file in a run folder. */
    static final String FILE = "data.json";

    /**
     * The sides that were read.
     *
     * @param method how the share was chosen, in words with parameters; "given" for held-out data
     * @param trainDocuments documents to learn from
     * @param trainTokens their tokens
     * @param validDocuments documents held out
     * @param validTokens their tokens
     * @param countsSha256 of both sides' counts of tokens and of pairs
     */
    record Sides(
            String method,
            long trainDocuments,
            long trainTokens,
            long validDocuments,
            long validTokens,
            String countsSha256) {}

    /**
     * Names of data, as a user gives them.
     *
     * @param data file or folder; null for that of the run that goes on
     * @param valid held-out file or folder; null if none is named
     * @param validFraction share to hold out; null if none is named
     */
    record Names(Path data, Path valid, Double validFraction) {
        /** Checks that the held-out side is named once. */
        Names {
            Rule.that(
                    valid == null || validFraction == null,
                    "held out is data of its own or a share of the data",
                    "valid",
                    valid,
                    "validFraction",
                    validFraction);
        }

        /** Returns the names with those of an earlier start where nothing is named, and else with the usual share. */
        Names or(RunData saved) {
            boolean silent = valid == null && validFraction == null;
            if (saved == null) {
                Rule.that(data != null, "a run needs data", "data", data);
                return silent ? new Names(data, null, TrainingRun.VALID_FRACTION) : this;
            }
            return new Names(
                    data == null ? Path.of(saved.data) : data,
                    silent && saved.valid != null ? Path.of(saved.valid) : valid,
                    silent ? saved.validFraction : validFraction);
        }
    }

    /**
     * Hashes what is named.
     *
     * @param names data, and either held-out data or a share
     * @param run its data settings say how both are read
     * @throws IOException if something cannot be read
     */
    static RunData of(Names names, RunConfig run) throws IOException {
        DataConfig config = run.data();
        boolean tokenizer = run.start().model() == null;
        return new RunData(
                names.data().toAbsolutePath().toString(),
                Sha256.of(names.data(), config, tokenizer),
                names.valid() == null ? null : names.valid().toAbsolutePath().toString(),
                names.valid() == null ? null : Sha256.of(names.valid(), config, tokenizer),
                names.validFraction(),
                null);
    }

    /** Returns this data with its sides known. */
    RunData withSides(Sides value) {
        return new RunData(data, dataSha256, valid, validSha256, validFraction, value);
    }

    /**
     * Lists what differs from an earlier start, but for the sides, as {@link Resume} lists settings.
     *
     * @param saved that of the earlier start
     */
    List<String> differences(RunData saved) {
        List<String> lines = new ArrayList<>();
        if (!dataSha256.equals(saved.dataSha256)) {
            lines.add("data checkpoint=" + saved.data + " " + saved.dataSha256 + ", run=" + data + " " + dataSha256);
        }
        if (!held(false).equals(saved.held(false))) {
            lines.add("held-out side checkpoint=" + saved.held(true) + ", run=" + held(true));
        }
        return lines;
    }

    private String held(boolean withPath) {
        return valid == null ? "a share of " + validFraction : (withPath ? valid + " " : "") + validSha256;
    }

    /**
     * Refuses sides that differ from those of an earlier start although data and settings are equal: a build that splits otherwise.
     *
     * @throws IllegalArgumentException if they do
     */
    void checkSides(RunData saved) {
        Rule.that(
                sides.equals(saved.sides),
                "this build makes other sides of the run's data than the one that began it",
                "checkpoint",
                saved.sides,
                "run",
                sides);
    }

    /**
     * Reads the data of a run.
     *
     * @throws IllegalArgumentException if the folder has none: an earlier build began it
     */
    static RunData read(Path folder) throws IOException {
        Path file = folder.resolve(FILE);
        Rule.that(
                Files.exists(file),
                "a run that goes on must hold " + FILE + ", which says what is held out",
                "folder",
                folder);
        return Json.read(Json.object(Files.readString(file)), RunData.class);
    }

    byte[] toBytes() {
        return Json.pretty(this).getBytes(StandardCharsets.UTF_8);
    }
}
