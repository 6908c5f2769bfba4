package io.github.performer4j.core.engine;

import java.util.List;

/**
 * Trains a net in an engine's own memory: parameters, gradients, the updater's state and activations stay there from step to step, and come back where the net is saved, evaluated or
 * handed on. The net's own arrays hold what was there at the last {@link #load} or {@link #store}.
 */
public interface Stepper extends AutoCloseable {

    /**
     * Tokens of some sequences.
     *
     * @param batch B
     * @param tokens T
     * @param ids [B·T], 0 where padded
     * @param mask 1 for real tokens and 0 for padding, [B·T]; null if all are real. In packed rows the number of a token's sequence, see {@link io.github.performer4j.core.program.Segments}; only for engines that
     *     {@link Engine#packs pack}
     * @param labels ids, negative = nothing is predicted, [B·T]; of padding, too
     */
    record Rows(int batch, int tokens, int[] ids, float[] mask, int[] labels) {}

    /**
     * What a step came to.
     *
     * @param loss the mean over all tokens that have a label
     * @param gradientNorm of the gradient of that loss, before clipping
     */
    record Step(double loss, double gradientNorm) {}

    /**
     * Makes one step: the gradient of the mean loss over all tokens with a label, clipped by its norm, and the update. The net's counters name the draws and are not moved.
     *
     * @param batches at least one, each a micro-batch with draws of its own
     * @param iteration updates done before
     * @param rate of learning
     * @param clipNorm the largest norm; 0 = none
     * @throws IllegalStateException if loss or gradient are not finite; nothing is updated then
     */
    Step step(List<Rows> batches, long iteration, double rate, double clipNorm);

    /** A step that was begun. */
    interface Pending {

        /**
         * Waits until the step is made.
         *
         * @throws IllegalStateException as {@link #step} does
         */
        Step await();
    }

    /**
     * Begins a step, which {@link Pending#await} ends before anything else but {@link #ahead} is asked. By default it is made at once.
     *
     * @param batches see {@link #step}
     */
    default Pending begin(List<Rows> batches, long iteration, double rate, double clipNorm) {
        Step made = step(batches, iteration, rate, clipNorm);
        return () -> made;
    }

    /**
     * Says which batches the next step is of, the same list, while one is under way: they may be on their way before it ends. By default nothing is done.
     */
    default void ahead(List<Rows> batches) {}

    /** Takes parameters and the updater's state from the net's arrays. */
    void load();

    /** Brings parameters and the updater's state back to the net's arrays. */
    void store();

    @Override
    void close();
}
