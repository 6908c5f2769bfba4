package io.github.performer4j.tuning.search;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.performer4j.training.Json;
import io.github.performer4j.training.Rule;
import io.github.performer4j.training.run.RunConfig;
import io.github.performer4j.training.step.Resume;
import io.github.performer4j.tuning.space.SearchSpace;
import io.github.performer4j.tuning.space.SpaceCheck;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What decides a search, but for its data: two searches of equal settings and data, one trial at a time, are equal.
 *
 * @param base what each trial changes; it says how long a whole trial is, by steps or by minutes
 * @param space what is changed
 * @param generator how candidates are chosen
 * @param seed of candidates, of the split and of the held-out masks; weights and data order are drawn from the base's own
 * @param trials how many; 0 for as many as there is time for
 * @param halving η of {@link Rungs}; 0 for none
 * @param hyperband whether trials are halved in {@link Bracket}s of different shares of the steps, candidates being drawn at random
 */
public record SearchSettings(
        RunConfig base, SearchSpace space, Generator generator, long seed, int trials, int halving, boolean hyperband) {
    private static final int FORMAT = 1;

    /** Makes settings without brackets. */
    public SearchSettings(RunConfig base, SearchSpace space, Generator generator, long seed, int trials, int halving) {
        this(base, space, generator, seed, trials, halving, false);
    }

    /** Checks the numbers, and that the space goes with the base. */
    public SearchSettings {
        Rule.that(trials >= 0, "trials must not be negative", "trials", trials);
        Rule.that(
                base.training().steps() > 0 ^ base.training().timed(),
                "a trial needs a number of steps or of minutes, not both",
                "steps",
                base.training().steps(),
                "minutes",
                base.training().minutes());
        SpaceCheck.require(space, base);
        requireRungs(base, trials, halving, hyperband);
        // Costs after different numbers of steps are no costs of one function, which a model of good and bad trials
        // wants.
        Rule.that(
                !hyperband || generator == Generator.RANDOM || generator == Generator.GRID,
                "Hyperband takes candidates as they come, random or grid",
                "generator",
                generator.name().toLowerCase(Locale.ROOT));
    }

    private static void requireRungs(RunConfig base, int trials, int halving, boolean hyperband) {
        Rule.that(!hyperband || halving >= 2, "Hyperband must keep one of 2 or more trials", "hyperband", halving);
        Rule.that(
                !hyperband || trials >= Bracket.fewest(halving),
                "Hyperband needs trials for two brackets",
                "hyperband",
                halving,
                "trials",
                trials,
                "fewest",
                hyperband ? Bracket.fewest(halving) : 0);
        rungs(base, trials, halving, hyperband);
    }

    /** Returns the rungs. */
    Rungs rungs() {
        return rungs(base, trials, halving, hyperband);
    }

    /** Returns the brackets, one after the other. */
    List<Bracket> brackets() {
        return hyperband
                ? Bracket.of(halving, trials)
                : List.of(new Bracket(0, trials == 0 ? Integer.MAX_VALUE : trials, 0));
    }

    /** Of brackets, those that the first of them has. */
    private static Rungs rungs(RunConfig base, int trials, int halving, boolean hyperband) {
        int begun = trials;
        if (hyperband) {
            begun = 1;
            for (int s = Bracket.most(halving, trials); s > 0; s--) {
                begun *= halving;
            }
        }
        return new Rungs(
                halving, begun, base.training().timed() ? 0 : base.training().steps());
    }

    /** Returns those of some trials that were measured first after equal steps: all, or those of the first bracket. */
    public List<Trial> comparable(List<Trial> trials) {
        int end = brackets().get(0).end();
        return trials.stream().filter(trial -> trial.number() <= end).toList();
    }

    /** Returns the configuration of a trial. */
    public RunConfig config(Trial trial) {
        return base.withOverrides(trial.values());
    }

    /** Returns what {@code search.json} keeps: all but threads, and without halving the number of trials, which may change. */
    ObjectNode tree() {
        ObjectNode tree = Json.MAPPER.createObjectNode();
        tree.put("formatVersion", FORMAT);
        tree.put("generator", generator.name().toLowerCase(Locale.ROOT));
        tree.put("seed", Long.toString(seed)); // as text: a number read back may be of another class, and so unequal
        tree.put("halving", halving);
        if (halving > 0) {
            tree.put("trials", trials);
        }
        if (hyperband) { // absent in folders that know nothing of it
            tree.put("hyperband", true);
        }
        tree.set("space", Json.object(space.toJson()));
        tree.set("config", Json.object(base.toJson()));
        ((ObjectNode) tree.at("/config/training")).remove("threads");
        return Json.object(tree.toString()); // numbers of the classes that a file gives
    }

    /**
     * Refuses the folder of another search.
     *
     * @param saved its {@code search.json}
     * @throws IllegalArgumentException naming all differences at once
     */
    void check(ObjectNode saved) {
        Rule.that(
                saved.path("formatVersion").asInt() == FORMAT,
                "a search must be of the format that this build reads",
                "formatVersion",
                saved.path("formatVersion"),
                "reads",
                FORMAT);
        List<String> differences = new ArrayList<>();
        ObjectNode wanted = tree();
        wanted.properties()
                .forEach(entry -> differences.addAll(
                        Resume.differences(entry.getKey(), entry.getValue(), saved.get(entry.getKey()))));
        Rule.that(
                differences.isEmpty(),
                "a search goes on with the settings it was begun with, or in another folder: "
                        + String.join("; ", differences));
    }
}
