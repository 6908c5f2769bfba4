package io.github.performer4j.data.rows;

import io.github.performer4j.data.read.DataConfig;
import io.github.performer4j.data.read.Framing;
import io.github.performer4j.data.read.Part;
import io.github.performer4j.data.read.PartReader;
import io.github.performer4j.data.read.TokenArray;
import io.github.performer4j.data.token.Tokenizer;
import java.io.IOException;

/**
 * Rows of {@link Framing#PACKED}: all documents as one stream of tokens, each document followed by EOS, the first one preceded by
 * one, cut into windows of maxTokens + 1 symbols that share one. Every token behind the first {@code skip} is predicted exactly once; the
 * last row may be short.
 */
final class PackedRows implements RowSource {
    private final PartReader parts;
    private final Tokenizer tokenizer;
    private final int window;
    private int skip;
    private Part part;
    private int at;
    private int carry;
    private boolean ended;
    private long rows;
    private long dropped;

    /** Starts the first row {@code skip} symbols into the stream. */
    PackedRows(PartReader parts, DataConfig config, Tokenizer tokenizer, int skip) {
        this.parts = parts;
        this.tokenizer = tokenizer;
        this.window = config.maxTokens() + 1;
        this.skip = skip;
        this.carry = tokenizer.eos();
    }

    @Override
    public Row next() throws IOException {
        while (!ended) {
            TokenArray tokens = new TokenArray(tokenizer.size(), window);
            tokens.add(carry);
            boolean predicts = false;
            while (tokens.length() < window) {
                int symbol = read();
                if (symbol < 0) {
                    ended = true;
                    break;
                }
                if (skip > 0) {
                    skip--;
                    tokens.set(0, symbol);
                } else {
                    tokens.add(symbol);
                    predicts |= !tokenizer.special(symbol) || symbol == tokenizer.eos();
                }
            }
            carry = tokens.get(tokens.length() - 1);
            long place = rows++;
            if (predicts) {
                return new Row(tokens, 0, tokens.length(), -1, -1, -1, 0, place, null);
            }
        }
        return null;
    }

    private int read() throws IOException {
        while (part == null
                || at > part.tokens().length()
                || (at == part.tokens().length() && !part.last())) {
            part = parts.next();
            at = 0;
            if (part == null) {
                return -1;
            }
            if (part.trivial()) {
                dropped++;
                at = part.tokens().length() + 1;
            }
        }
        int symbol = at < part.tokens().length() ? part.tokens().get(at) : tokenizer.eos();
        at++;
        return symbol;
    }

    @Override
    public long dropped() {
        return dropped;
    }

    @Override
    public void close() throws IOException {
        parts.close();
    }
}
