package io.github.performer4j.data.made;

import io.github.performer4j.data.files.DataFileException;
import io.github.performer4j.data.files.DataFolder;
import io.github.performer4j.data.text.TextReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * Which text is a passage from? Every text of a folder is cut into passages of equal length, each labelled with the name of its file.
 *
 * <p>Held out are whole blocks of consecutive passages, at places of every text that the seed draws ({@link PassageSides}). Where a block meets one of another side, one passage between
 * them is on neither: no passage's neighbour is on another side, so that no sentence is.
 *
 * @param seed chooses the blocks
 * @param length of a passage in code points, at least 8; what is left at the end of a text is on no side
 * @param block passages of a block, at least 3
 * @param valid share of the blocks of every text that is held out for validation, in [0, 1)
 * @param test share for the test; with {@code valid} less than 1
 */
public record Passages(long seed, int length, int block, double valid, double test) {
    private static final List<String> TEXT = List.of(".txt");
    private static final int LEAST_LENGTH = 8;

    /** Checks every value. */
    public Passages {
        if (length < LEAST_LENGTH || block < PassageSides.LEAST_BLOCK) {
            throw new IllegalArgumentException("a passage must have " + LEAST_LENGTH + " characters, and a block "
                    + PassageSides.LEAST_BLOCK + " passages; length=" + length + ", block=" + block);
        }
        if (!(valid >= 0 && test >= 0 && valid + test < 1)) {
            throw new IllegalArgumentException(
                    "shares must leave something to train on; valid=" + valid + ", test=" + test);
        }
    }

    /** Passages of 256 characters in blocks of 40; a tenth for validation, a fifth for the test. */
    public static Passages defaults(long seed) {
        return new Passages(seed, 256, 40, 0.1, 0.2);
    }

    /**
     * Writes a table with the columns {@code id} (such as {@code emma-000017}), {@code text}, {@code label} and {@code split}; text as it stands in the file, line ends included. Of each text one passage is
     * in memory.
     *
     * @param texts a folder of at least two UTF-8 texts ({@code .txt}, {@code .gz} may follow)
     * @param file a new table
     * @return the labels of each side; passages on none are counted as side {@code none}
     * @throws IOException if something cannot be read or written
     */
    public MadeSummary write(Path texts, Path file) throws IOException {
        List<Path> files = DataFolder.of(texts, TEXT).files();
        if (files.size() < 2) {
            throw new DataFileException(
                    texts.toString(), 0, "passages need a folder of two texts (.txt) or more; found=" + files.size());
        }
        try (MadeTable table = MadeTable.create(file, "id", "text", "label", "split")) {
            for (int f = 0; f < files.size(); f++) {
                String[] sides = PassageSides.of(this, f, count(files.get(f)));
                cut(files.get(f), sides, table);
            }
            return table.finish();
        }
    }

    /** Returns how many passages a text has. */
    private int count(Path text) throws IOException {
        long characters = 0;
        try (TextReader reader = TextReader.characters(text)) {
            while (reader.read() >= 0) {
                characters++;
            }
        }
        return Math.toIntExact(characters / length);
    }

    private void cut(Path file, String[] sides, MadeTable table) throws IOException {
        String name = file.getFileName().toString().replaceFirst("(?i)\\.txt(\\.gz)?$", "");
        try (TextReader reader = TextReader.characters(file)) {
            StringBuilder passage = new StringBuilder();
            for (int p = 0; p < sides.length; p++) {
                passage.setLength(0);
                for (int i = 0; i < length; i++) {
                    passage.appendCodePoint(reader.read());
                }
                table.count(sides[p], name, 1);
                if (!sides[p].equals(PassageSides.NONE)) {
                    table.add(String.format(Locale.ROOT, "%s-%06d", name, p), passage.toString(), name, sides[p]);
                }
            }
        }
    }
}
