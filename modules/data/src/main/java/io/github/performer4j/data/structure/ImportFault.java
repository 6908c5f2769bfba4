package io.github.performer4j.data.structure;

import io.github.performer4j.data.files.DataFileException;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.xml.sax.SAXParseException;

/** What JGraphT's importers say of bad files, in one line with the file's line: as the parser tells it, or where the node stands that is not there. */
final class ImportFault {
    private static final Pattern PLACE = Pattern.compile("line (\\d+):\\d+ (.*)", Pattern.DOTALL);
    private static final Pattern MISSING = Pattern.compile("(?:Node|.*vertex) (\\S+) (?:does not exist|not found).*");

    private ImportFault() {}

    static DataFileException of(Path file, String text, RuntimeException fault) {
        Throwable cause = fault.getCause() == null ? fault : fault.getCause();
        String message = String.valueOf(cause.getMessage()).replaceAll("\\s+", " ");
        long line = 0;
        Matcher place = PLACE.matcher(message);
        Matcher missing = MISSING.matcher(message);
        if (cause instanceof SAXParseException xml) {
            line = xml.getLineNumber();
        } else if (place.find()) {
            line = Long.parseLong(place.group(1));
            message = place.group(2);
        } else if (missing.matches()) {
            line = line(text, missing.group(1));
        }
        return new DataFileException(file.toString(), line, "the file must be a graph of its kind; found " + message);
    }

    /** Returns the line in which a quoted id last stands, from 1; 0 if it stands in none. */
    static long line(String text, String id) {
        int at = Math.max(text.lastIndexOf("\"" + id + "\""), text.lastIndexOf("'" + id + "'"));
        return at < 0
                ? 0
                : 1 + text.substring(0, at).chars().filter(c -> c == '\n').count();
    }
}
