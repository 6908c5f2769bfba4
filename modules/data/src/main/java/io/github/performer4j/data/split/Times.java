package io.github.performer4j.data.split;

import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Reads times that are written as text. All of a column must be of one kind, the first of these that reads its first
 * value:
 *
 * <pre>
 * numbers           2001, 1.7e9                         years, seconds, steps: any unit, compared exactly
 * moments           2001-02-03T04:05:06Z, …+01:00       ISO 8601 with an offset
 * local times       2001-02-03T04:05, 2001-02-03        ISO 8601 without; a blank may stand for T;
 *                                                       a date is its first moment
 * months            2001-02
 * </pre>
 */
final class Times {
    private Times() {}

    /** A way to read a time. */
    private record Kind<K extends Comparable<K>>(String name, Function<String, K> reader) {
        Optional<K> read(String text) {
            try {
                return Optional.of(reader.apply(text));
            } catch (DateTimeException | NumberFormatException e) {
                return Optional.empty();
            }
        }

        int[] ranks(String... times) {
            List<K> keys = new ArrayList<>(times.length);
            for (int i = 0; i < times.length; i++) {
                String text = times[i].strip();
                int place = i;
                keys.add(read(text)
                        .orElseThrow(() -> new IllegalArgumentException(
                                "times must all be " + name + ", as the first is; place=" + place + ", time=" + text)));
            }
            return TimeSplit.ranks(keys);
        }
    }

    private static final List<Kind<?>> KINDS = List.of(
            new Kind<BigDecimal>("numbers", text -> new BigDecimal(text).stripTrailingZeros()),
            new Kind<Instant>(
                    "moments with an offset",
                    text -> OffsetDateTime.parse(joined(text)).toInstant()),
            new Kind<>("dates or local times", Times::local),
            new Kind<YearMonth>("months", YearMonth::parse));

    /** LocalDateTime itself compares with a wider type. */
    private static Instant local(String text) {
        String joined = joined(text);
        LocalDateTime time =
                joined.indexOf('T') < 0 ? LocalDate.parse(joined).atStartOfDay() : LocalDateTime.parse(joined);
        return time.toInstant(java.time.ZoneOffset.UTC);
    }

    private static String joined(String text) {
        return text.replaceFirst("^(\\S+) (?=\\d)", "$1T");
    }

    /**
     * Ranks times.
     *
     * @param times [n] none of them null
     * @return [n] 0 for the earliest, equal times the same
     * @throws IllegalArgumentException if one cannot be read, or is of another kind than the first
     */
    static int[] ranks(String... times) {
        for (Kind<?> kind : KINDS) {
            if (kind.read(times[0].strip()).isPresent()) {
                return kind.ranks(times);
            }
        }
        throw new IllegalArgumentException(
                "a time must be a number or ISO 8601, such as 2001-02-03T04:05:06Z; place=0, time=" + times[0]);
    }
}
