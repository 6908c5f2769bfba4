package io.github.performer4j.training.task;

import io.github.performer4j.data.example.Example;
import io.github.performer4j.data.read.Label;
import io.github.performer4j.data.rows.Batch;
import java.util.List;
import java.util.Map;

/** Tags of the nodes of a graph: one for each node, none where what is written is blank, or is what stands for no tag. */
final class NodeTags {
    private NodeTags() {}

    /** Returns the tags of an example with a graph; none if it has none. */
    static List<String> of(Example example) {
        return example.graph().tags();
    }

    /**
     * Returns the label of an example with a graph.
     *
     * @param ignored what stands for no tag; null for nothing
     * @param ids id of each tag
     * @return an id for each node, {@link Batch#IGNORED} where there is no tag; null if the graph has no tags
     * @throws IllegalArgumentException if a tag is unknown
     */
    static Label label(Example example, String ignored, Map<String, Integer> ids) {
        List<String> tags = of(example);
        if (tags.isEmpty()) {
            return null;
        }
        int[] label = new int[tags.size()];
        for (int i = 0; i < label.length; i++) {
            String tag = tags.get(i);
            label[i] = tag.isEmpty() || tag.equals(ignored) ? Batch.IGNORED : LabelNames.id(ids, tag);
        }
        return new Label(label, null, true);
    }
}
