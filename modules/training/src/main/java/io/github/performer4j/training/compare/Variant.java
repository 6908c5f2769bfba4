package io.github.performer4j.training.compare;

import io.github.performer4j.training.Rule;
import io.github.performer4j.training.run.RunConfig;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A named change of a configuration: a part switched off, another learning rate, another feature map.
 *
 * <p>It changes the model, or how it is trained; what makes the figures of a {@link Comparison} comparable it cannot
 * change: task, data, length, seeds and evaluation.
 *
 * @param name letters, digits, spaces and {@code - _ . + :} with a letter or digit in front; see {@link
 *     ComparedRun#folder} for its folder
 * @param changes value by key, as {@link RunConfig#withOverrides} takes them
 */
public record Variant(String name, Map<String, String> changes) {
    /** The name of the configuration without a change. */
    public static final String BASE = "base";

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9]([A-Za-z0-9 ._+:-]*[A-Za-z0-9._+-])?");

    /** A comma inside a value is one behind which no {@code KEY=} follows. */
    private static final Pattern NEXT = Pattern.compile(",\\s*(?=[A-Za-z][A-Za-z0-9.]*=)");

    private static final Set<String> SHARED = Set.of(
            "training.steps",
            "training.minutes",
            "training.seed",
            "training.patience",
            "training.evalEvery",
            "training.evalTokens",
            "training.keepCheckpoints");

    /** Checks the name. */
    public Variant {
        changes = Collections.unmodifiableMap(new LinkedHashMap<>(changes));
        Rule.that(
                NAME.matcher(name).matches(),
                "a variant's name must be of letters, digits, spaces, - and _, with a letter or digit in front",
                "name",
                name);
    }

    /** Returns the configuration itself as a variant, {@value #BASE}. */
    public static Variant base() {
        return new Variant(BASE, Map.of());
    }

    /**
     * Reads {@code NAME:KEY=VALUE,KEY=VALUE}. A value may hold commas, but none that a letter, a key's other letters
     * and {@code =} follow.
     *
     * @throws IllegalArgumentException if the text is something else, its name is {@value #BASE}, or a key stands
     *     there twice
     */
    public static Variant parse(String text) {
        int colon = text.indexOf(':');
        Rule.that(colon >= 0, "a variant must be NAME:KEY=VALUE,KEY=VALUE", "variant", text);
        String name = text.substring(0, colon);
        Rule.that(!name.equalsIgnoreCase(BASE), "base is the configuration without a change", "variant", text);
        Map<String, String> changes = new LinkedHashMap<>();
        for (String change : NEXT.split(text.substring(colon + 1), -1)) {
            int equals = change.indexOf('=');
            Rule.that(equals > 0, "a variant must be NAME:KEY=VALUE,KEY=VALUE", "variant", text);
            String before = changes.put(change.substring(0, equals).strip(), change.substring(equals + 1));
            Rule.that(before == null, "a variant sets a value once", "variant", text);
        }
        return new Variant(name, changes);
    }

    /**
     * Returns a configuration so changed.
     *
     * @throws IllegalArgumentException naming the variant, if it has a key that is unknown or not its own, or its
     *     values break a rule
     */
    public RunConfig of(RunConfig base) {
        RunConfig changed;
        try {
            changed = base.withOverrides(changes);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "the configuration cannot be changed so; variant=" + name + ": " + e.getMessage(), e);
        }
        for (String key : changes.keySet()) {
            Rule.that(
                    own(key),
                    "a variant changes the model or its training, not task, data, length, seed or evaluation, which"
                            + " all runs have in common",
                    "variant",
                    name,
                    "key",
                    key);
        }
        return changed;
    }

    /** True for keys of the model and its training; false for what all runs have in common. */
    public static boolean own(String key) {
        return (key.startsWith("model.") || key.startsWith("training.")) && !SHARED.contains(key);
    }

    /** Returns the changes as they are typed, {@code KEY=VALUE,KEY=VALUE}. */
    public String typed() {
        return changes.entrySet().stream()
                .map(change -> change.getKey() + "=" + change.getValue())
                .collect(Collectors.joining(","));
    }
}
