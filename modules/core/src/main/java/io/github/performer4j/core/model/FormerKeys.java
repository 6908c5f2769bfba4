package io.github.performer4j.core.model;

import java.util.LinkedHashMap;
import java.util.Map;

/** Keys of configurations of format 1, and where their values stand in format 2. */
public final class FormerKeys {
    private static final Map<String, String> NEW = new LinkedHashMap<>();

    static {
        NEW.put("model.task", "task.name");
        NEW.put("model.vocabulary", "model.embedding.vocabulary");
        NEW.put("model.classes", "task.labels");
        NEW.put("model.heads", "model.attention.heads");
        NEW.put("model.hidden", "model.feedForward.hidden");
        NEW.put("model.attention", "model.attention.kind");
        NEW.put("model.featureMap", "model.attention.featureMap");
        NEW.put("model.projection", "model.attention.projection");
        NEW.put("model.features", "model.attention.features");
        NEW.put("model.redrawInterval", "model.attention.redrawInterval");
        NEW.put("model.chunk", "model.attention.chunk");
        NEW.put("model.feedForward", "model.feedForward.kind");
        NEW.put("model.preNorm", "model.norm.placement");
        NEW.put("model.normEpsilon", "model.norm.epsilon");
        NEW.put("model.positions", "model.embedding.positions");
        NEW.put("model.temperature", "model.attention.temperature");
        NEW.put("model.learnedProjection", "model.attention.learnedProjection");
        NEW.put("model.statistics", "model.attention.statistics");
        NEW.put("model.tieWeights", "model.head.tied");
        NEW.put("model.pooling", "model.head.pooling");
        NEW.put("data.format", "data.kind");
        NEW.put("data.objective", "task.name (and data.framing)");
        NEW.put("data.maskRate", "task.maskRate");
    }

    private FormerKeys() {}

    /**
     * Returns where the value of a former key stands now.
     *
     * @param path such as {@code model.heads}
     * @return the new path; null if the key is none of format 1, or is still the same
     */
    public static String now(String path) {
        return NEW.get(path);
    }

    /** Returns what is to be said of a former key: {@code the key has moved; key=model.heads, now=model.attention.heads}. */
    static String moved(String path) {
        return "the key has moved; key=" + path + ", now=" + NEW.get(path);
    }
}
