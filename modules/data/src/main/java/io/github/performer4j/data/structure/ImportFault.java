package io.github.performer4j.data.structure;

import io.github.performer4j.data.files.DataFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.xml.sax.SAXParseException;

/** What JGraphT's importers say of bad files, in one line with the file's line: as the parser tells it, or where the node stands that is not there. */
final class ImportFault {
    private static final Pattern PLACE = Pattern.compile("line (\\d+):\\d+ (.*)", Pattern.DOTALL);
    private static final Pattern MISSING = Pattern.compile("(?:Node|.*vertex) (\\S+) (?:does not exist|not found).*");

    /** Which the parser tells at the end of the graph only. */
    private static final Pattern REFERENCE = Pattern.compile(".*_ref' with value '(.*)' not found.*");

    private ImportFault() {}

    static DataFileException of(Path file, String text, RuntimeException fault) {
        Throwable cause = fault.getCause() == null ? fault : fault.getCause();
        String message = String.valueOf(cause.getMessage()).replaceAll("\\s+", " ");
        long line = 0;
        Matcher place = PLACE.matcher(message);
        Matcher missing = MISSING.matcher(message);
        if (cause instanceof SAXParseException xml) {
            Matcher reference = REFERENCE.matcher(message);
            line = reference.matches() ? line(text, reference.group(1)) : xml.getLineNumber();
        } else if (place.find()) {
            line = Long.parseLong(place.group(1));
            message = place.group(2);
        } else if (missing.matches()) {
            line = line(text, missing.group(1));
        }
        return new DataFileException(file.toString(), line, "the file must be a graph of its kind; found " + message);
    }

    /** Returns the first line in which all of some quoted ids stand, from 1; 0 if there is none. */
    static long line(String text, String... ids) {
        long number = 0;
        for (String line : text.split("\n", -1)) {
            number++;
            if (Arrays.stream(ids).allMatch(id -> line.contains("\"" + id + "\"") || line.contains("'" + id + "'"))) {
                return number;
            }
        }
        return 0;
    }
}
