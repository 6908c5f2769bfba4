package io.github.performer4j.checkpoint;

import io.github.performer4j.data.token.Tokenizer;
import java.util.Arrays;

/**
 * Draws one text behind the tokens of a lane, and hands it out while it grows. A text that was interrupted goes on as
 * if it had not been: at its place in a rule, inside a character, and where a stop string had begun.
 */
final class Continuation {
    private final GenerationSettings settings;
    private final Lane lane;
    private final int number;
    private final boolean forGood;
    private final int eos;
    private final TextStream stream;
    private final StringBuilder text = new StringBuilder();
    private Allowed.Place place; // null where everything may come

    private Continuation(GenerationSettings settings, Tokenizer tokenizer, Lane lane, int number, boolean forGood) {
        this.settings = settings;
        this.lane = lane;
        this.number = number;
        this.forGood = forGood;
        eos = tokenizer.specials().eos();
        int[] ids = lane.ids();
        int begun = lane.marks().text();
        stream = new TextStream(tokenizer, settings.stops(), Arrays.copyOf(ids, begun));
        for (int i = begun; i < ids.length; i++) {
            stream.pass(ids[i]);
        }
        place = place(settings.allowed(), tokenizer, ids, lane.marks());
    }

    /**
     * Draws a text.
     *
     * @param lane where it begins or goes on
     * @param number of the text, from 0
     * @param forGood whether the text never goes on later, whatever ends it
     */
    static Generated draw(GenerationSettings settings, Tokenizer tokenizer, Lane lane, int number, boolean forGood) {
        return new Continuation(settings, tokenizer, lane, number, forGood).draw();
    }

    /**
     * Finds where a text stands in a rule.
     *
     * @param rule null for none
     * @return null for none
     * @throws IllegalArgumentException in one line, if the text has not kept to the rule, or does not tell where that
     *     began
     */
    static Allowed.Place place(Allowed rule, Tokenizer tokenizer, int[] ids, Marks marks) {
        if (rule == null) {
            return null;
        }
        if (marks.rule() == Marks.UNKNOWN) {
            throw new IllegalArgumentException(
                    "a state must tell where its rule stands, or go on without a rule or behind a prompt; format=1");
        }
        Allowed.Place place = rule.start();
        for (int i = marks.rule(); i < ids.length; i++) {
            if (!place.tokens().get(ids[i])) {
                String written = tokenizer.decode(Arrays.copyOfRange(ids, marks.rule(), ids.length));
                String kept = tokenizer.decode(Arrays.copyOfRange(ids, marks.rule(), i));
                throw new IllegalArgumentException(
                        "a text that goes on must have kept to its rule so far, and begins one anew behind a prompt"
                                + StopStrings.line("; written=" + written + ", kept=" + kept));
            }
            place = place.after(ids[i]);
        }
        return place;
    }

    private Generated draw() {
        Generated.End end = complete() ? Generated.End.COMPLETE : Generated.End.LENGTH;
        int drawn = 0;
        while (drawn < settings.maxNew() && end == Generated.End.LENGTH) {
            int token = lane.draw(settings.sampling(), settings.seed(), number, place);
            if (token == eos) {
                end = Generated.End.MODEL;
            } else {
                drawn++;
                tell(stream.add(token));
                place = place == null ? null : place.after(token);
                end = stream.stopped() ? Generated.End.STOP : complete() ? Generated.End.COMPLETE : end;
            }
        }
        boolean ended = end == Generated.End.MODEL;
        boolean over = forGood || end != Generated.End.LENGTH;
        tell(stream.end(over));
        boolean complete = end == Generated.End.LENGTH && place != null && place.end();
        end = stream.stopped() ? Generated.End.STOP : complete ? Generated.End.COMPLETE : end;
        GenerationState state = lane.state(marks(ended, over || stream.stopped()));
        return new Generated(number, text.toString(), drawn, end, lane.unseen(), state);
    }

    private boolean complete() {
        return place != null && place.tokens().isEmpty();
    }

    /** Returns where parts begin when it goes on: behind the model's end all anew, behind any other end the text. */
    private Marks marks(boolean ended, boolean over) {
        int here = lane.ids().length;
        return new Marks(
                over ? here : lane.marks().text(),
                ended || place == null ? here : lane.marks().rule());
    }

    private void tell(String more) {
        if (!more.isEmpty()) {
            text.append(more);
            synchronized (settings) {
                settings.listener().text(number, more);
            }
        }
    }
}
