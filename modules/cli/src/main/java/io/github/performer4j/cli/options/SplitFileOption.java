package io.github.performer4j.cli.options;

import io.github.performer4j.data.read.DataConfig;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Option;

/** {@code --split-file}: the sides of all examples in a table. */
public final class SplitFileOption {
    private static final List<String> OTHERS = List.of("data.columns.split", "data.columns.group", "data.columns.time");

    @Option(
            names = "--split-file",
            paramLabel = "F",
            description =
                    "Table with columns id and side (train, valid or test), as performer data split writes: the sides are as it says.")
    private Path file;

    /** Returns whether the command line names a table. */
    public boolean given() {
        return file != null;
    }

    /**
     * Returns the data settings with what the command line names; a column of a preset gives way.
     *
     * @param others key → option, for the options about columns that the command line names
     * @throws IllegalArgumentException if one of them says what is held out, too
     */
    public DataConfig apply(DataConfig data, Map<String, String> others) {
        if (file == null) {
            return data;
        }
        for (String key : OTHERS) {
            if (others.containsKey(key)) {
                throw new IllegalArgumentException("a table of sides alone says what is held out; --split-file=" + file
                        + ", option=" + others.get(key));
            }
        }
        return data.withColumns(data.columns().withSplit(null).withGroup(null).withTime(null))
                .withSplitFile(file);
    }

    /** Returns key of the configuration → option that sets it; {@code data.split} among them, which would be of no effect. */
    public Map<String, String> own() {
        Map<String, String> own = new LinkedHashMap<>();
        if (file != null) {
            own.put("data.splitFile", "--split-file");
            own.put("data.split", "--split-file");
            OTHERS.forEach(key -> own.put(key, "--split-file"));
        }
        return own;
    }
}
