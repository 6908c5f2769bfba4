package io.github.performer4j.training.task;

import io.github.performer4j.core.task.Tagging;
import io.github.performer4j.data.Corpus;
import io.github.performer4j.data.CorpusExamples;
import io.github.performer4j.data.TokenCounts;
import io.github.performer4j.data.example.Example;
import io.github.performer4j.data.read.DataConfig;
import io.github.performer4j.data.read.Label;
import io.github.performer4j.data.read.LabelReader;
import io.github.performer4j.data.rows.Batch;
import io.github.performer4j.data.rows.Batching;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/**
 * Trains {@link Tagging}: tags are the first label column, see {@link TagPieces}, or those of a graph's nodes, see {@link NodeTags}.
 *
 * @param task complete or not
 * @param separator between the tags of a text
 */
record TaggingTraining(Tagging task, String separator) implements TaskTraining {
    /** Trains a task whose separator the data will tell. */
    TaggingTraining(Tagging task) {
        this(task, "|");
    }

    @Override
    public TaskTraining reading(DataConfig data) {
        return new TaggingTraining(task, data.columns().options().labelSeparator());
    }

    @Override
    public boolean dropsTokens() {
        return true;
    }

    @Override
    public boolean takesGraphs() {
        return true;
    }

    @Override
    public TaskTraining complete(Corpus train) throws IOException {
        if (!separator.equals(train.config().columns().options().labelSeparator())) {
            return reading(train.config()).complete(train);
        }
        LabelNames names = new LabelNames();
        TagUnit unit = new TagUnit();
        try (CorpusExamples all = train.examples()) {
            for (Example example = all.next(); example != null; example = all.next()) {
                if (example.graph() != null) {
                    if (NodeTags.of(example).isEmpty()
                            && train.config().columns().options().labelsRequired()) {
                        throw all.fault("nodes of a graph must have tags, or --unlabelled none; id=" + example.id());
                    }
                    NodeTags.of(example).stream()
                            .filter(tag -> !tag.isEmpty() && !tag.equals(task.ignored()))
                            .forEach(names::count);
                } else if (!example.labels().isEmpty()) {
                    List<String> tags = TagPieces.of(example.labels().get(0), separator);
                    if (!unit.add(example.texts(), tags.size())) {
                        throw all.fault("tags must belong to words in all examples, or to characters in all; id="
                                + example.id() + ", tags=" + tags.size());
                    }
                    for (String tag : tags) {
                        if (tag.isEmpty()) {
                            throw all.fault("a tag must not be empty; id=" + example.id());
                        }
                        if (!tag.equals(task.ignored())) {
                            names.count(tag);
                        }
                    }
                }
            }
        }
        List<String> known = task.labels() == null ? names.names() : task.labels();
        if (known.size() < 2) {
            throw new IllegalArgumentException(
                    "a tagger needs two tags on the training side; path=" + train.path() + ", tags=" + known);
        }
        names.requireAll(known, train.path());
        Tagging complete = task.with(known);
        return new TaggingTraining(task.unit() == null ? complete.tagging(unit.words()) : complete, separator);
    }

    @Override
    public LabelReader labels() {
        Map<String, Integer> ids = LabelNames.ids(task.labels());
        return (example, text) -> {
            if (example.graph() != null) {
                return NodeTags.label(example, task.ignored(), ids);
            }
            if (example.labels().isEmpty()) {
                return null;
            }
            if (example.texts().size() != 1) {
                throw new IllegalArgumentException(
                        "tags belong to one text; texts=" + example.texts().size());
            }
            List<String> tags = TagPieces.of(example.labels().get(0), separator);
            int[] labels = TagPieces.places(example.texts().get(0), text, tags.size());
            for (int t = 0; t < labels.length; t++) {
                String tag = labels[t] == Batch.IGNORED ? null : tags.get(labels[t]);
                labels[t] = tag == null || tag.equals(task.ignored()) ? Batch.IGNORED : LabelNames.id(ids, tag);
            }
            return new Label(labels, null, true);
        };
    }

    @Override
    public Batching batching() {
        return new TagBatching();
    }

    @Override
    public Scorer<?> scorer(TokenCounts counts) {
        return new TagScorer(task);
    }
}
