package io.github.performer4j.checkpoint;

import io.github.performer4j.data.token.Tokenizer;
import java.util.Arrays;

/** Draws one text behind the tokens of a lane, and hands it out while it grows. */
final class Continuation {
    private final GenerationSettings settings;
    private final Lane lane;
    private final int number;
    private final int eos;
    private final TextStream stream;
    private final StringBuilder text = new StringBuilder();

    private Continuation(GenerationSettings settings, Tokenizer tokenizer, Lane lane, int number) {
        this.settings = settings;
        this.lane = lane;
        this.number = number;
        eos = tokenizer.specials().eos();
        int[] ids = lane.ids();
        int begun = lane.begun();
        stream = new TextStream(tokenizer, settings.stops(), Arrays.copyOf(ids, begun));
        for (int i = begun; i < ids.length; i++) {
            stream.pass(ids[i]);
        }
    }

    /**
     * Draws a text.
     *
     * @param lane where it begins or goes on
     * @param number of the text, from 0
     */
    static Generated draw(GenerationSettings settings, Tokenizer tokenizer, Lane lane, int number) {
        return new Continuation(settings, tokenizer, lane, number).draw();
    }

    private Generated draw() {
        Generated.End end = Generated.End.LENGTH;
        int drawn = 0;
        Allowed.Place place =
                settings.allowed() == null ? null : settings.allowed().start();
        while (drawn < settings.maxNew() && end == Generated.End.LENGTH) {
            int token = lane.draw(settings.sampling(), settings.seed(), number, place);
            if (token == eos) {
                end = Generated.End.MODEL;
            } else {
                drawn++;
                tell(stream.add(token));
                place = place == null ? null : place.after(token);
                boolean complete = place != null && place.tokens().isEmpty();
                end = stream.stopped() ? Generated.End.STOP : complete ? Generated.End.COMPLETE : end;
            }
        }
        boolean open = end == Generated.End.LENGTH;
        tell(stream.end(!open));
        boolean complete = open && place != null && place.end();
        end = stream.stopped() ? Generated.End.STOP : complete ? Generated.End.COMPLETE : end;
        GenerationState state = lane.state();
        return new Generated(number, text.toString(), drawn, end, open ? state : state.ended());
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
