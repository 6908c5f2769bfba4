package io.github.performer4j.data.example;

import io.github.performer4j.data.fasta.FastaRecord;
import io.github.performer4j.data.files.DataFileException;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Labels that stand in FASTA headers, found by a regular expression: what its one group matches first. */
final class HeaderLabels implements RecordLabels {
    private final String path;
    private final Pattern pattern;
    private final boolean required;
    private long without;

    HeaderLabels(String path, ExampleColumns columns) {
        this.path = path;
        pattern = Pattern.compile(columns.labelPattern());
        required = columns.options().labelsRequired();
    }

    @Override
    public Row of(FastaRecord record) throws DataFileException {
        Matcher matcher = pattern.matcher(record.header());
        if (matcher.find() && matcher.group(1) != null) {
            return new Row(List.of(matcher.group(1)), null, null, null);
        }
        if (required) {
            throw new DataFileException(
                    path,
                    record.line(),
                    "labelPattern must be found in every header; labelPattern=" + pattern + ", header="
                            + record.header());
        }
        without++;
        return Row.NONE;
    }

    @Override
    public List<String> notes() {
        return RecordLabels.counted("headers without a label", without);
    }
}
