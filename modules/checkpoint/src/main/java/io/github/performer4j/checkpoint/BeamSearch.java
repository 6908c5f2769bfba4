package io.github.performer4j.checkpoint;

import io.github.performer4j.data.token.Tokenizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * The most probable continuations, searched in breadth: of all tokens behind all texts that are alive the most probable ones go on, each from a copy of its text's state.
 *
 * <p>Texts of one length are compared by {@code Σ log p}, those that have ended by {@code Σ log p / tokens}. Of equal ones that of the better text before, then of the lower id, comes first.
 *
 * <p>Whole texts ({@link #whole}) are ended by the model: those that reach the longest length come behind them, as they do where a rule is not at its end there, and the search ends when as many have ended as are followed.
 */
final class BeamSearch {
    private final Tokenizer tokenizer;
    private final List<String> stops;
    private final int width;
    private final boolean whole;
    private final List<Beam> ended = new ArrayList<>();
    private int[] before; // the last tokens in front of all texts
    private int characters; // of these

    /** A text that goes on. */
    private record Live(Lane lane, Allowed.Place place, int[] drawn, double sum) {}

    private record Step(Live from, int token, double sum) {}

    BeamSearch(Tokenizer tokenizer, List<String> stops, int width) {
        this(tokenizer, stops, width, false);
    }

    private BeamSearch(Tokenizer tokenizer, List<String> stops, int width, boolean whole) {
        this.tokenizer = tokenizer;
        this.stops = stops;
        this.width = width;
        this.whole = whole;
    }

    /** Searches texts that the model itself ends. */
    static BeamSearch whole(Tokenizer tokenizer, List<String> stops, int width) {
        return new BeamSearch(tokenizer, stops, width, true);
    }

    /**
     * Searches.
     *
     * @param place what may come; null for everything
     * @return at most {@code width} texts, the best first
     */
    List<Beam> run(Lane start, Allowed.Place place, int maxNew) {
        before = TextStream.context(tokenizer, start.ids());
        characters = tokenizer.decode(before).length();
        List<Live> alive = List.of(new Live(start, place, new int[0], 0));
        for (int i = 0; i < maxNew && !alive.isEmpty() && !(whole && ended.size() >= width); i++) {
            List<Live> next = new ArrayList<>();
            for (Step step : best(alive)) {
                Live child = child(step);
                if (child != null) {
                    next.add(child);
                }
            }
            alive = next;
        }
        for (Live live : alive) {
            boolean complete = live.place != null && live.place.end();
            Generated.End why = complete ? Generated.End.COMPLETE : Generated.End.LENGTH;
            String text = written(live.drawn);
            boolean over = whole || complete; // else more may come, and end a character
            end(over ? text : text.substring(0, TextStream.certain(text)), live.drawn.length, live.sum, why);
        }
        boolean rule = whole || place != null;
        ended.sort(Comparator.<Beam>comparingInt(beam -> rule && beam.end() == Generated.End.LENGTH ? 1 : 0)
                .thenComparingDouble(beam -> -beam.score()));
        return List.copyOf(ended.subList(0, Math.min(width, ended.size())));
    }

    private List<Step> best(List<Live> alive) {
        List<Step> steps = new ArrayList<>();
        for (Live live : alive) {
            double[] p = live.lane.probabilities(live.place);
            for (int token = 0; token < p.length; token++) {
                if (p[token] > 0) {
                    steps.add(new Step(live, token, live.sum + Math.log(p[token])));
                }
            }
        }
        steps.sort(Comparator.comparingDouble(step -> -step.sum)); // stable
        return steps.subList(0, Math.min(width, steps.size()));
    }

    /** Takes a step; null if the text has ended by it. */
    private Live child(Step step) {
        Live from = step.from;
        int n = from.drawn.length;
        if (step.token == tokenizer.specials().eos()) {
            end(written(from.drawn), n + 1, step.sum, Generated.End.MODEL);
            return null;
        }
        int[] drawn = Arrays.copyOf(from.drawn, n + 1);
        drawn[n] = step.token;
        String text = stops.isEmpty() ? "" : written(drawn);
        int at =
                stops.stream().mapToInt(text::indexOf).filter(i -> i >= 0).min().orElse(-1);
        if (at >= 0) {
            end(text.substring(0, at), n + 1, step.sum, Generated.End.STOP);
            return null;
        }
        Allowed.Place place = from.place == null ? null : from.place.after(step.token);
        if (place != null && place.tokens().isEmpty()) {
            end(written(drawn), n + 1, step.sum, Generated.End.COMPLETE);
            return null;
        }
        Lane lane = from.lane.fork();
        lane.take(step.token);
        return new Live(lane, place, drawn, step.sum);
    }

    /** Returns what tokens add to the writing of those in front. */
    private String written(int... drawn) {
        int[] all = Arrays.copyOf(before, before.length + drawn.length);
        System.arraycopy(drawn, 0, all, before.length, drawn.length);
        String text = tokenizer.decode(all);
        return text.substring(Math.min(characters, text.length()));
    }

    private void end(String text, int tokens, double sum, Generated.End end) {
        ended.add(new Beam(text, tokens, tokens == 0 ? 0 : sum / tokens, end));
    }
}
