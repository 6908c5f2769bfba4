package io.github.performer4j.data.structure;

import io.github.performer4j.data.files.DataFileException;
import java.nio.file.Path;
import java.util.List;

/** Checks the lines of atoms of a PDB file, of whose faults BioJava tells no line. */
final class PdbCoordinates {
    private static final int FIRST = 30;
    private static final int WIDTH = 8;

    private PdbCoordinates() {}

    /**
     * Checks columns 31 to 54 of lines ATOM and HETATM.
     *
     * @throws DataFileException naming file and line, if one is too short, or a coordinate is no finite number
     */
    static void check(Path file, String text) throws DataFileException {
        List<String> lines = text.lines().toList();
        for (int n = 0; n < lines.size(); n++) {
            String line = lines.get(n);
            if (!line.startsWith("ATOM") && !line.startsWith("HETATM")) {
                continue;
            }
            for (int d = 0; d < 3; d++) {
                int from = FIRST + d * WIDTH;
                String written = line.length() < from + WIDTH
                        ? ""
                        : line.substring(from, from + WIDTH).strip();
                double value;
                try {
                    value = Double.parseDouble(written);
                } catch (NumberFormatException e) {
                    value = Double.NaN;
                }
                if (!Double.isFinite(value)) {
                    throw new DataFileException(
                            file.toString(),
                            n + 1L,
                            "a coordinate must be a finite number; found " + (written.isEmpty() ? "none" : written));
                }
            }
        }
    }
}
