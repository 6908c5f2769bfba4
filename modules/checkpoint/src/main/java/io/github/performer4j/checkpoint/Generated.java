package io.github.performer4j.checkpoint;

/**
 * A continued text.
 *
 * @param sequence its number among the texts of its prompt, from 0
 * @param text the continuation, without the prompt and without a stop string: what it adds to the writing of what
 *     stands before it, so that a word behind another one has its blank in front. A last character whose bytes are not
 *     all there is left to what may come, unless nothing may: behind an end of the model's, where a rule allows no
 *     more token, and in targets ({@link Translator})
 * @param tokens how many tokens were drawn, those of a stop string included
 * @param end why it ended
 * @param unseen tokens at the beginning of prompt and text, the frame included, that the model did not see when it drew the last one, because its window had slid past them; 0 where it saw all
 * @param state where it ended, to go on from
 */
public record Generated(int sequence, String text, int tokens, End end, int unseen, GenerationState state) {
    /** Why a text ended. */
    public enum End {
        /** As many tokens as were asked for. */
        LENGTH,
        /** The model ended it. */
        MODEL,
        /** A stop string came. */
        STOP,
        /** Nothing more is {@link Allowed}. */
        COMPLETE
    }
}
