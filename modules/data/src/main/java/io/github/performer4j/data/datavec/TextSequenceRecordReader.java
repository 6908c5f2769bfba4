package io.github.performer4j.data.datavec;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.performer4j.data.text.TextReader;
import io.github.performer4j.data.token.ByteTokenizer;
import io.github.performer4j.data.token.CharacterTokenizer;
import io.github.performer4j.data.token.Specials;
import io.github.performer4j.data.token.Tokenizer;
import io.github.performer4j.data.token.TokenizerJson;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.datavec.api.writable.IntWritable;
import org.datavec.api.writable.Text;
import org.datavec.api.writable.Writable;

/**
 * Text files, plain or gzip, as DataVec sequences of up to {@code steps} symbols: one time step per character or byte, one column, the token id
 * as {@link IntWritable}. A sequence ends with its file. As plain records ({@link #next()}) each is one {@link Text} column.
 */
public final class TextSequenceRecordReader extends LocationReader<int[]> implements SequenceSteps<int[]> {
    private final int steps;
    private final String tokenizerJson;
    private transient Tokenizer tokenizer;

    /**
     * Chooses tokens and length.
     *
     * @param tokenizer a {@link CharacterTokenizer} or {@link ByteTokenizer}
     * @param steps longest sequence, positive
     * @throws IllegalArgumentException if the tokenizer is one of proteins or steps is not positive
     */
    public TextSequenceRecordReader(Tokenizer tokenizer, int steps) {
        if (!(tokenizer instanceof CharacterTokenizer) && !(tokenizer instanceof ByteTokenizer)) {
            throw new IllegalArgumentException(
                    "text needs a tokenizer of kind character or byte; kind=" + tokenizer.kind());
        }
        if (steps < 1) {
            throw new IllegalArgumentException("steps must be positive; steps=" + steps);
        }
        this.tokenizer = tokenizer;
        this.steps = steps;
        tokenizerJson = TokenizerJson.write(tokenizer).toString();
    }

    /** Returns the tokenizer, read again from JSON after Java serialisation. */
    private Tokenizer tokenizer() {
        if (tokenizer == null) {
            try {
                tokenizer = TokenizerJson.read(new ObjectMapper().readTree(tokenizerJson));
            } catch (IOException e) {
                throw new UncheckedIOException(e.getMessage(), e);
            }
        }
        return tokenizer;
    }

    @Override
    Elements<int[]> elements(InputStream in, String name) {
        CharacterTokenizer characters = tokenizer() instanceof CharacterTokenizer c ? c : null;
        TextReader reader = characters == null ? TextReader.bytes(in, name) : TextReader.characters(in, name);
        return new Elements<>() {
            @Override
            public int[] next() throws IOException {
                int[] ids = new int[steps];
                int n = 0;
                while (n < steps) {
                    int symbol = reader.read();
                    if (symbol < 0) {
                        break;
                    }
                    ids[n++] = characters == null ? Specials.FIRST_SYMBOL + symbol : characters.id(symbol);
                }
                return n == 0 ? null : Arrays.copyOf(ids, n);
            }

            @Override
            public void close() throws IOException {
                reader.close();
            }
        };
    }

    @Override
    public List<List<Writable>> steps(int[] ids) {
        List<List<Writable>> result = new ArrayList<>(ids.length);
        for (int id : ids) {
            result.add(List.of(new IntWritable(id)));
        }
        return result;
    }

    @Override
    List<Writable> columns(int[] ids) {
        return List.of(new Text(tokenizer().decode(ids)));
    }

    @Override
    int[] first(URI uri, DataInputStream in) throws IOException {
        int[] ids = elements(in, uri.toString()).next();
        return ids == null ? new int[0] : ids;
    }
}
