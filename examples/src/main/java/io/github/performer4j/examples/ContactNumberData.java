package io.github.performer4j.examples;

import io.github.performer4j.kernels.math.CounterRandom;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Generated data for {@link ContactNumbers}, with a known rule. With h_t = 1 where residue t is one of AVILMFWC, else 0, and T residues,
 *
 * <pre>y_t = 3 + 4 h_t + 10 (1/T) Σ_s h_s</pre>
 *
 * <p>Sequences have 20 to 60 residues, each hydrophobic with a probability that is drawn for the sequence, uniformly in [0.1, 0.9]. The mean of all numbers leaves a deviation of some 4; who knows a
 * residue, but not its sequence, still errs by a deviation of some 2.1; the rule leaves nothing but rounding.
 */
final class ContactNumberData {
    private static final String BURIED = "AVILMFWC";
    private static final String OTHERS = "DEGHKNPQRSTY";

    private ContactNumberData() {}

    /** Returns the numbers of a sequence by the rule. */
    static double[] rule(String sequence) {
        double share = sequence.chars().filter(c -> BURIED.indexOf(c) >= 0).count() / (double) sequence.length();
        return sequence.chars()
                .mapToDouble(c -> 3 + (BURIED.indexOf(c) >= 0 ? 4 : 0) + 10 * share)
                .toArray();
    }

    /**
     * Writes a table with the columns text, label and split: every fifth sequence is for validation.
     *
     * @param file the table, {@code .tsv}
     * @param sequences how many
     */
    static Path write(Path file, int sequences, long seed) throws IOException {
        List<String> lines = new ArrayList<>(List.of("text\tlabel\tsplit"));
        for (int s = 0; s < sequences; s++) {
            CounterRandom random = CounterRandom.of(seed, s);
            int length = 20 + random.nextInt(41);
            double buried = 0.1 + 0.8 * random.nextDouble();
            StringBuilder sequence = new StringBuilder();
            for (int t = 0; t < length; t++) {
                String letters = random.nextDouble() < buried ? BURIED : OTHERS;
                sequence.append(letters.charAt(random.nextInt(letters.length())));
            }
            StringBuilder numbers = new StringBuilder();
            for (double y : rule(sequence.toString())) {
                numbers.append(numbers.isEmpty() ? "" : " ").append(String.format(Locale.ROOT, "%.2f", y));
            }
            lines.add(sequence + "\t" + numbers + "\t" + (s % 5 == 4 ? "valid" : "train"));
        }
        return Files.write(file, lines);
    }
}
