package io.github.performer4j.spark;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.performer4j.checkpoint.Classified;
import io.github.performer4j.checkpoint.Estimated;
import io.github.performer4j.checkpoint.InputReader;
import io.github.performer4j.checkpoint.ModelInput;
import io.github.performer4j.checkpoint.PerformerModel;
import io.github.performer4j.checkpoint.Tagged;
import io.github.performer4j.core.task.Classification;
import io.github.performer4j.core.task.Regression;
import io.github.performer4j.core.task.Similarity;
import io.github.performer4j.core.task.Tagging;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What a model says of texts, as JSON objects:
 *
 * <pre>
 * classify   {"label": "kinase", "probability": 0.93}, or {"labels": […]} of models that give several
 * tag        {"tags": [{"start": 0, "end": 3, "label": "H", "probability": 0.8}, …]}
 * regress    {"stability": 1.25, …}
 * pairs      {"similarity": 0.71}
 * </pre>
 *
 * An input without a token has the answer {@code null}.
 */
final class Answers {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final InputReader reader;
    private final Function<List<ModelInput>, List<ObjectNode>> answers;

    private Answers(InputReader reader, Function<List<ModelInput>, List<ObjectNode>> answers) {
        this.reader = reader;
        this.answers = answers;
    }

    /**
     * Asks a model.
     *
     * @throws IllegalArgumentException if it was not trained to say anything of whole texts
     */
    static Answers of(PerformerModel model) {
        return switch (model.info().task().name()) {
            case Classification.NAME ->
                new Answers(
                        model.classifier().reader(),
                        inputs -> model.classifier().classifyInputs(inputs).stream()
                                .map(Answers::json)
                                .toList());
            case Tagging.NAME ->
                new Answers(
                        model.tagger().reader(),
                        inputs -> model.tagger().tagInputs(inputs).stream()
                                .map(Answers::json)
                                .toList());
            case Regression.NAME ->
                new Answers(
                        model.regressor().reader(),
                        inputs -> model.regressor().regressInputs(inputs).stream()
                                .map(Answers::json)
                                .toList());
            case Similarity.NAME ->
                new Answers(
                        model.embedder().reader(),
                        inputs -> model.embedder().similarityInputs(inputs).stream()
                                .map(value -> MAPPER.createObjectNode().put("similarity", value))
                                .toList());
            default ->
                throw new IllegalArgumentException(
                        "predictions need a model of task classify, tag, regress or pairs; task="
                                + model.info().task().name());
        };
    }

    /** Returns what reads inputs for the model. */
    InputReader reader() {
        return reader;
    }

    /** Answers; null for inputs that are empty. */
    List<ObjectNode> of(List<ModelInput> inputs) {
        List<ModelInput> full = inputs.stream().filter(input -> !input.empty()).toList();
        Iterator<ObjectNode> given = (full.isEmpty() ? List.<ObjectNode>of() : answers.apply(full)).iterator();
        return inputs.stream()
                .map(input -> input.empty() ? null : given.next())
                .collect(Collectors.toCollection(ArrayList::new));
    }

    private static ObjectNode json(Classified classified) {
        ObjectNode json = MAPPER.createObjectNode();
        if (classified.multiLabel()) {
            ArrayNode labels = json.putArray("labels");
            classified.labels().forEach(labels::add);
        } else {
            json.put("label", classified.best().label());
            json.put("probability", classified.best().probability());
        }
        return json;
    }

    private static ObjectNode json(Estimated estimated) {
        ObjectNode json = MAPPER.createObjectNode();
        estimated.numbers().forEach(json::put);
        return json;
    }

    private static ObjectNode json(Tagged tagged) {
        ObjectNode json = MAPPER.createObjectNode();
        ArrayNode tags = json.putArray("tags");
        tagged.tags()
                .forEach(tag -> tags.addObject()
                        .put("start", tag.start())
                        .put("end", tag.end())
                        .put("label", tag.label())
                        .put("probability", tag.probability()));
        return json;
    }

    /** Returns a vector as the columns behind an id, six digits each. */
    static String columns(float... vector) {
        StringBuilder line = new StringBuilder(vector.length * 10);
        for (float value : vector) {
            line.append('\t').append(String.format(Locale.ROOT, "%.6g", value));
        }
        return line.toString();
    }
}
