package io.github.performer4j.tuning.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvSchema;
import io.github.performer4j.tuning.search.SearchSettings;
import io.github.performer4j.tuning.search.Trial;
import io.github.performer4j.tuning.space.Parameter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The trials of a search as a table, the best first: rank, trial, folder, the primary figure, steps, parameters, seconds a step, the value of each
 * key, and why a trial failed. What there is not is empty.
 */
public final class Leaderboard {
    private final SearchSettings settings;
    private final List<Trial> trials;

    /**
     * Makes the table.
     *
     * @param trials the best first
     */
    public Leaderboard(SearchSettings settings, List<Trial> trials) {
        this.settings = settings;
        this.trials = List.copyOf(trials);
    }

    /** Returns the name of the primary figure; {@code figure} while no trial has one. */
    public String figure() {
        return trials.stream()
                .filter(trial -> trial.last() != null && trial.last().evaluation() != null)
                .map(trial -> trial.last().evaluation().primary())
                .findFirst()
                .orElse("figure");
    }

    /** Returns the keys of the space. */
    public List<String> keys() {
        return settings.space().parameters().stream().map(Parameter::key).toList();
    }

    /** Returns the rows, cell by column, all with the same columns. */
    public List<Map<String, String>> rows() {
        List<Map<String, String>> rows = new ArrayList<>();
        for (Trial trial : trials) {
            Map<String, String> row = new LinkedHashMap<>();
            Trial.Attempt last = trial.last();
            boolean measured = last != null && last.evaluation() != null;
            row.put("rank", measured ? Integer.toString(rows.size() + 1) : "");
            row.put("trial", Integer.toString(trial.number()));
            row.put("folder", trial.folder());
            row.put(figure(), measured ? Double.toString(last.evaluation().value()) : "");
            row.put("steps", measured ? Long.toString(last.steps()) : "");
            row.put("parameters", measured ? Long.toString(last.parameters()) : "");
            row.put(
                    "seconds_per_step",
                    measured && !Double.isNaN(last.secondsPerStep()) ? Double.toString(last.secondsPerStep()) : "");
            keys().forEach(key -> row.put(key, trial.values().getOrDefault(key, "")));
            row.put("failure", trial.failure() == null ? "" : trial.failure());
            rows.add(row);
        }
        return rows;
    }

    /** Returns the table as CSV (RFC 4180, but for line ends), with a head. */
    public String csv() {
        CsvSchema.Builder schema = CsvSchema.builder().setUseHeader(true);
        List<Map<String, String>> rows = rows();
        if (rows.isEmpty()) {
            return "";
        }
        rows.get(0).keySet().forEach(schema::addColumn);
        try {
            return new CsvMapper().writer(schema.build()).writeValueAsString(rows);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("cannot write CSV", e);
        }
    }
}
