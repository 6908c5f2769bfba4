package io.github.performer4j.checkpoint;

import io.github.performer4j.core.task.Task;
import java.util.List;

/** What every use of a model refuses. */
final class Requests {
    private Requests() {}

    /**
     * Returns the task of a model.
     *
     * @param use what is asked of the model, for the message
     * @param name of the task that it takes
     * @throws IllegalArgumentException if the model is of another task
     */
    static <T extends Task> T task(ModelInfo info, Class<T> type, String use, String name) {
        if (!type.isInstance(info.task())) {
            throw new IllegalArgumentException(use + " needs a model of task " + name + "; task="
                    + info.task().name());
        }
        return type.cast(info.task());
    }

    /**
     * Refuses models that read a source beside what they write.
     *
     * @param use what is asked of the model, for the message
     * @throws IllegalArgumentException if the model is one
     */
    static void requireNoSource(ModelInfo info, String use) {
        if (info.task().readsSource()) {
            throw new IllegalArgumentException(
                    use + " is for models that read one sequence, and this one has an encoder and a decoder; task="
                            + info.task().name());
        }
    }

    /**
     * Refuses inputs without a token.
     *
     * @throws IllegalArgumentException naming the first by its number, from 0
     */
    static void requireTokens(List<ModelInput> inputs) {
        for (int i = 0; i < inputs.size(); i++) {
            if (inputs.get(i).empty()) {
                String which = inputs.size() == 1 ? "" : ", input=" + i;
                throw new IllegalArgumentException(
                        inputs.get(i).pair()
                                ? "each text of a pair must have a token; first="
                                        + inputs.get(i).first().ids().length + ", both="
                                        + (inputs.get(i).ids().length - 1) + which
                                : "a sequence must have a token; tokens=0" + which);
            }
        }
    }
}
