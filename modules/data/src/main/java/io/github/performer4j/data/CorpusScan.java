package io.github.performer4j.data;

import io.github.performer4j.data.read.Part;
import io.github.performer4j.data.read.PartReader;
import io.github.performer4j.data.read.TokenArray;
import io.github.performer4j.data.token.Specials;
import io.github.performer4j.data.token.Tokenizer;
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
 * @param stream symbols of the others, an end after each: the length of one packed stream
 * @param unknown symbols outside the vocabulary → count
 * @param counts of tokens and of ends
 * @param parts file number → its parts without names; null if they exceed the limit
 */
record CorpusScan(
        long documents,
        long tokens,
        long dropped,
        long stream,
        Map<String, Long> unknown,
        TokenCounts counts,
        List<List<Part>> parts) {

    /**
     * Reads to the end.
     *
     * @param notes hears of every part; null if nobody listens
     */
    static CorpusScan of(PartReader reader, int files, Tokenizer tokenizer, long memoryLimit, CorpusNotes notes)
            throws IOException {
        TokenCounter counter = new TokenCounter(
                tokenizer.size(), tokenizer.specials(), tokenizer.specials().eos() != Specials.ABSENT);
        List<List<Part>> kept = new ArrayList<>();
        for (int f = 0; f < files; f++) {
            kept.add(new ArrayList<>());
        }
        long documents = 0;
        long tokens = 0;
        long dropped = 0;
        long stream = 0;
        long bytes = 0;
        for (Part part = reader.next(); part != null; part = reader.next()) {
            documents += part.first() ? 1 : 0;
            tokens += part.tokens().length();
            if (notes != null) {
                notes.add(part);
            }
            if (part.trivial()) {
                dropped++;
            } else {
                count(part, tokenizer, counter);
                stream += part.tokens().length() + (part.last() ? 1 : 0);
            }
            bytes += part.bytes();
            if (kept != null && bytes > memoryLimit) {
                kept = null;
            }
            if (kept != null) {
                kept.get((int) (part.document() >>> Part.FILE_SHIFT)).add(part.unnamed());
            }
        }
        reader.close();
        if (notes != null) {
            reader.notes().forEach(notes::say);
        }
        return new CorpusScan(documents, tokens, dropped, stream, reader.unknown(), counter.counts(), kept);
    }

    private static void count(Part part, Tokenizer tokenizer, TokenCounter counter) {
        TokenArray tokens = part.tokens();
        if (tokens.width() > 0) {
            return; // patches are no tokens to count
        }
        int left = part.first() ? tokenizer.specials().start() : part.previous();
        for (int i = 0; i < tokens.length(); i++) {
            int token = tokens.get(i);
            counter.add(left, token);
            left = token;
        }
        if (part.last() && tokenizer.specials().eos() != Specials.ABSENT) {
            counter.add(left, tokenizer.eos());
        }
    }
}
