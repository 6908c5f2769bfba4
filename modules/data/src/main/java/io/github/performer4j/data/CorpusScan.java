package io.github.performer4j.data;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * One pass over a corpus: sizes, counts, and the parts themselves while they fit in memory.
 *
 * @param documents number of documents
 * @param tokens number of tokens
 * @param dropped documents of fewer than two tokens
 * @param unknown symbols outside the vocabulary → count
 * @param counts training counts
 * @param parts file number → its parts; null if they exceed the limit
 */
record CorpusScan(
        long documents,
        long tokens,
        long dropped,
        Map<String, Long> unknown,
        TokenCounts counts,
        List<List<Part>> parts) {

    static CorpusScan of(PartReader reader, int files, Tokenizer tokenizer, boolean predictsEos, long memoryLimit)
            throws IOException {
        TokenCounter counter = new TokenCounter(tokenizer.size(), predictsEos);
        List<List<Part>> kept = new ArrayList<>();
        for (int f = 0; f < files; f++) {
            kept.add(new ArrayList<>());
        }
        long documents = 0;
        long tokens = 0;
        long dropped = 0;
        long bytes = 0;
        for (Part part = reader.next(); part != null; part = reader.next()) {
            documents += part.first() ? 1 : 0;
            tokens += part.tokens().length();
            if (part.trivial()) {
                dropped++;
            } else {
                count(part, tokenizer, counter);
            }
            bytes += part.tokens().bytes();
            if (kept != null && bytes > memoryLimit) {
                kept = null;
            }
            if (kept != null) {
                kept.get((int) (part.document() >>> Part.FILE_SHIFT)).add(part);
            }
        }
        reader.close();
        return new CorpusScan(documents, tokens, dropped, reader.unknown(), counter.counts(), kept);
    }

    private static void count(Part part, Tokenizer tokenizer, TokenCounter counter) {
        TokenArray tokens = part.tokens();
        int left = part.first() ? tokenizer.bos() : part.previous();
        for (int i = 0; i < tokens.length(); i++) {
            int token = tokens.get(i);
            counter.add(left, token);
            left = token;
        }
        if (part.last()) {
            counter.add(left, tokenizer.eos());
        }
    }
}
