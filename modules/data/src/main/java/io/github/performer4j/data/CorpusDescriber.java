package io.github.performer4j.data;

import io.github.performer4j.data.read.Part;
import io.github.performer4j.data.read.PartReader;
import io.github.performer4j.data.read.TokenArray;
import io.github.performer4j.data.token.Tokenizer;
import io.github.performer4j.kernels.math.CounterRandom;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * Sums up a corpus part by part. Duplicates are found by 64-bit hashes of the tokens: among n documents a false one turns up with a
 * probability of about n²/2⁶⁵ (3·10⁻⁶ at 10 million). Entropies are those of the unsmoothed frequencies of symbols, EOS left out.
 */
final class CorpusDescriber {
    private static final double[] QUANTILES = {0.05, 0.25, 0.75, 0.95, 0.99};

    private final Tokenizer tokenizer;
    private final TokenCounter counter;
    private final TreeMap<Long, Long> lengths = new TreeMap<>();
    private long[] hashes = new long[1024];
    private int documents;
    private long tokens;
    private long dropped;

    CorpusDescriber(Tokenizer tokenizer) {
        this.tokenizer = tokenizer;
        this.counter = new TokenCounter(tokenizer.size(), tokenizer.specials(), false);
    }

    /**
     * Reads to the end.
     *
     * @param notes hears of every part
     * @param labels what stands in the label columns
     */
    CorpusSummary describe(PartReader reader, CorpusFiles files, CorpusNotes notes, List<LabelSummary> labels)
            throws IOException {
        long hash = 0;
        for (Part part = reader.next(); part != null; part = reader.next()) {
            notes.add(part);
            hash = add(part, part.first() ? 0 : hash);
            if (part.last()) {
                close(part.start() + part.tokens().length(), hash);
            }
        }
        reader.close();
        reader.notes().forEach(notes::say);
        if (tokens == 0) {
            throw files.noTokens();
        }
        TokenCounts counts = counter.counts();
        return new CorpusSummary(
                files.kind(),
                files.files().stream().map(Path::toString).toList(),
                documents,
                tokens,
                lengths.firstKey(),
                quantile(0.5),
                (double) tokens / documents,
                lengths.lastKey(),
                quantiles(),
                symbols(counts.unigram()),
                reader.unknown(),
                dropped,
                duplicates(),
                counts.entropyOrder0(),
                counts.entropyOrder1(),
                labels,
                notes.lines(files));
    }

    private long add(Part part, long hash) {
        TokenArray ids = part.tokens();
        int left = part.first() ? tokenizer.specials().start() : part.previous();
        long h = hash;
        for (int i = 0; i < ids.length(); i++) {
            int token = ids.get(i);
            counter.add(left, token);
            left = token;
            h = CounterRandom.mix(h, token);
        }
        tokens += ids.length();
        return h;
    }

    private void close(long length, long hash) {
        lengths.merge(length, 1L, Long::sum);
        dropped += length < 2 ? 1 : 0;
        if (documents == hashes.length) {
            hashes = Arrays.copyOf(hashes, 2 * documents);
        }
        hashes[documents++] = hash;
    }

    private long duplicates() {
        long[] sorted = Arrays.copyOf(hashes, documents);
        Arrays.sort(sorted);
        return IntStream.range(1, documents)
                .filter(i -> sorted[i] == sorted[i - 1])
                .count();
    }

    /** Returns the smallest length that at least the share q of the documents does not exceed. */
    private long quantile(double q) {
        long passed = 0;
        for (Map.Entry<Long, Long> length : lengths.entrySet()) {
            passed += length.getValue();
            if (passed >= q * documents) {
                return length.getKey();
            }
        }
        return lengths.lastKey();
    }

    private Map<String, Long> quantiles() {
        Map<String, Long> result = new LinkedHashMap<>();
        for (double q : QUANTILES) {
            result.put(Double.toString(q), quantile(q));
        }
        return result;
    }

    private Map<String, Long> symbols(long[] unigram) {
        Map<String, Long> result = new LinkedHashMap<>();
        IntStream.range(0, unigram.length)
                .filter(id -> unigram[id] > 0)
                .boxed()
                .sorted((a, b) -> Long.compare(unigram[b], unigram[a]))
                .forEach(id -> result.put(tokenizer.symbol(id), unigram[id]));
        return result;
    }
}
