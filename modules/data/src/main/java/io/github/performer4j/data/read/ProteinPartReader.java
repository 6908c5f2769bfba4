package io.github.performer4j.data.read;

import io.github.performer4j.data.fasta.FastaParser;
import io.github.performer4j.data.fasta.FastaRecord;
import io.github.performer4j.data.token.ProteinTokenizer;
import io.github.performer4j.data.token.Tokenizer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/**
 * The chosen sequences of one FASTA file, each a part of its own. Tokenizers from files read the residues as text; a character that is no
 * residue is {@code ?} to them.
 */
final class ProteinPartReader implements PartReader {
    private static final String STAND_IN = String.valueOf((char) FastaParser.UNKNOWN);

    private final FastaParser parser;
    private final int file;
    private final Selection selection;
    private final TextTokens tokens;
    private final ProteinTokenizer residues;
    private final Map<String, Long> unknown = new TreeMap<>();
    private int ordinal;

    ProteinPartReader(Path path, int file, Selection selection, Tokenizer tokenizer, boolean unknownIsError)
            throws IOException {
        parser = FastaParser.open(path, unknownIsError);
        tokens = new TextTokens(path, tokenizer, unknownIsError);
        residues = tokenizer instanceof ProteinTokenizer own ? own : null;
        this.file = file;
        this.selection = selection;
    }

    @Override
    public Part next() throws IOException {
        FastaRecord record = parser.next();
        while (record != null && !selection.includes(file, ordinal)) {
            ordinal++;
            parser.takeUnknown();
            record = parser.next();
        }
        if (record == null) {
            return null;
        }
        parser.takeUnknown().forEach((symbol, n) -> unknown.merge(symbol, n, Long::sum));
        TokenArray part = tokens.array(record.residues().length);
        if (residues == null) {
            tokens.add(record.sequence(), record.line(), part);
        } else {
            for (byte residue : record.residues()) {
                part.add(residues.id(residue));
            }
        }
        return new Part(((long) file << Part.FILE_SHIFT) + ordinal++, record.header(), part, 0, -1, true, null);
    }

    @Override
    public Map<String, Long> unknown() {
        Map<String, Long> all = new TreeMap<>(unknown);
        tokens.unknown().forEach((word, n) -> {
            if (!word.equals(STAND_IN)) { // the parser has counted what it stands for
                all.merge(word, n, Long::sum);
            }
        });
        return all;
    }

    @Override
    public void close() throws IOException {
        parser.close();
    }
}
