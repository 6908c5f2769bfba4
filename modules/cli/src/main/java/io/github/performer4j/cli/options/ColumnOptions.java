package io.github.performer4j.cli.options;

import io.github.performer4j.data.example.ExampleColumns;
import io.github.performer4j.data.read.DataConfig;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Option;

/** What stands where in files of examples, and which kind of files they are. */
public final class ColumnOptions {
    @Option(
            names = "--kind",
            paramLabel = "K",
            description =
                    "Kind of data: protein, text, table, json-lines, fasta, lines, folders, images-idx, images-folder, or of graphs graphs-tu, edge-list, smiles, graphml, graph-json, mesh, points, structure (default: by the files' names).")
    private String kind;

    @Option(
            names = {"--text-column", "--source-column", "--anchor-column"},
            paramLabel = "C",
            description = "Column of the text, or of the source of a target (default: text).")
    private String text;

    @Option(
            names = {"--pair-column", "--target-column", "--positive-column"},
            paramLabel = "C",
            description =
                    "Column of a second text, or of the target; of task pairs, the one that belongs to the first.")
    private String pair;

    @Option(
            names = "--negative-column",
            paramLabel = "C",
            split = ",",
            description =
                    "Of task pairs, column of a hard negative: a text that does not belong to the first, although it looks like it. Repeated, or names separated by commas; may be empty.")
    private List<String> negatives;

    @Option(
            names = "--label-column",
            paramLabel = "C",
            split = ",",
            description = "Column of the label; for several numbers repeated, or names separated by commas.")
    private List<String> labels;

    @Option(names = "--id-column", paramLabel = "C", description = "Column of the id (default: the rows are numbered).")
    private String id;

    @Option(
            names = "--split-column",
            paramLabel = "C",
            description = "Column that says train, valid or test: the sides are as it says.")
    private String split;

    @Option(names = "--group-column", paramLabel = "C", description = "Column of groups that stay on one side.")
    private String group;

    @Option(names = "--time-column", paramLabel = "C", description = "Column of times: the latest are held out.")
    private String time;

    @Option(
            names = "--label-file",
            paramLabel = "F",
            description = "Labels of a FASTA file by id: a table, or a FASTA file of tags.")
    private Path labelFile;

    @Option(
            names = "--label-pattern",
            paramLabel = "REGEX",
            description = "Label in a FASTA header: a regular expression with one group.")
    private String labelPattern;

    @Option(
            names = "--transform",
            paramLabel = "F",
            description =
                    "A DataVec TransformProcess, as JSON, that a table goes through first; from sources you trust only.")
    private Path transform;

    @Option(
            names = "--unlabelled",
            paramLabel = "POLICY",
            description = "Examples without a label: error (default), or none: nothing is learnt from them.")
    private String unlabelled;

    /** Returns the data settings with what the command line names. */
    public DataConfig apply(DataConfig data) {
        ExampleColumns c = data.columns();
        c = text == null ? c : c.withText(text);
        c = pair == null ? c : c.withPair(pair);
        c = negatives == null ? c : c.withNegatives(negatives.toArray(new String[0]));
        c = labels == null ? c : c.withLabels(labels.toArray(new String[0]));
        c = id == null ? c : c.withId(id);
        c = split == null && group == null && time == null
                ? c
                : c.withSplit(split).withGroup(group).withTime(time); // one column decides, whatever a preset says
        c = labelFile == null ? c : c.withLabelFile(labelFile);
        c = labelPattern == null ? c : c.withLabelPattern(labelPattern);
        c = transform == null ? c : c.withOptions(c.options().withTransform(transform));
        c = unlabelled == null ? c : c.withOptions(c.options().withUnlabelled(unlabelled));
        DataConfig changed = kind == null ? data : data.withKind(kind);
        boolean column = split != null || group != null || time != null;
        return (column ? changed.withSplitFile(null) : changed).withColumns(c);
    }

    /** Returns key of the configuration → option that sets it, for the options that the command line names. */
    public Map<String, String> own() {
        Map<String, String> own = new LinkedHashMap<>();
        put(own, "data.kind", "--kind", kind);
        put(own, "data.columns.text", "--text-column", text);
        put(own, "data.columns.pair", "--pair-column", pair);
        put(own, "data.columns.negatives", "--negative-column", negatives);
        put(own, "data.columns.labels", "--label-column", labels);
        put(own, "data.columns.id", "--id-column", id);
        put(own, "data.columns.split", "--split-column", split);
        put(own, "data.columns.group", "--group-column", group);
        put(own, "data.columns.time", "--time-column", time);
        put(own, "data.columns.labelFile", "--label-file", labelFile);
        put(own, "data.columns.labelPattern", "--label-pattern", labelPattern);
        put(own, "data.columns.options.transform", "--transform", transform);
        put(own, "data.columns.options.unlabelled", "--unlabelled", unlabelled);
        return own;
    }

    private static void put(Map<String, String> own, String key, String option, Object value) {
        if (value != null) {
            own.put(key, option);
        }
    }
}
