package io.github.performer4j.data.token;

import io.github.performer4j.data.text.TextStretches;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Counts words, and keeps the most frequent: in the order of their counts, equal ones in that of their characters. Memory grows with the different words of the texts. */
final class WordLearner implements TokenizerLearner {
    private final int limit;
    private final WordCut cut;
    private final Map<String, Long> counts = new TreeMap<>();

    /**
     * Starts at zero.
     *
     * @param limit most words to keep
     * @param cut what a word is
     */
    WordLearner(int limit, WordCut cut) {
        this.limit = limit;
        this.cut = cut;
    }

    @Override
    public boolean wholeWords() {
        return true;
    }

    @Override
    public void add(CharSequence text) {
        int i = text.length() > 0 && text.charAt(0) == '\uFEFF' ? 1 : 0;
        while (i < text.length()) {
            if (TextStretches.blank(text.charAt(i))) {
                i++;
            } else {
                int end = cut.end(text, i);
                counts.merge(text.subSequence(i, end).toString(), 1L, Long::sum);
                i = end;
            }
        }
    }

    @Override
    public Optional<Tokenizer> learn() {
        List<String> words = counts.entrySet().stream()
                .sorted(Map.Entry.<String, Long>comparingByValue(Comparator.reverseOrder())
                        .thenComparing(Map.Entry.comparingByKey()))
                .limit(limit)
                .map(Map.Entry::getKey)
                .toList();
        return words.isEmpty() ? Optional.empty() : Optional.of(new WordTokenizer(words, cut));
    }
}
