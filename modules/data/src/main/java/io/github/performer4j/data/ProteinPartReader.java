package io.github.performer4j.data;

import io.github.performer4j.data.fasta.FastaParser;
import io.github.performer4j.data.fasta.FastaRecord;
import io.github.performer4j.data.token.ProteinTokenizer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/** The chosen sequences of one FASTA file, each a part of its own. */
final class ProteinPartReader implements PartReader {
    private final FastaParser parser;
    private final int file;
    private final Selection selection;
    private final ProteinTokenizer tokenizer = new ProteinTokenizer();
    private final Map<String, Long> unknown = new TreeMap<>();
    private int ordinal;

    ProteinPartReader(Path path, int file, Selection selection, boolean unknownIsError) throws IOException {
        parser = FastaParser.open(path, unknownIsError);
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
        byte[] residues = record.residues();
        TokenArray tokens = new TokenArray(tokenizer.size(), residues.length);
        for (byte residue : residues) {
            tokens.add(tokenizer.id(residue));
        }
        return new Part(((long) file << Part.FILE_SHIFT) + ordinal++, record.header(), tokens, 0, -1, true, null);
    }

    @Override
    public Map<String, Long> unknown() {
        return unknown;
    }

    @Override
    public void close() throws IOException {
        parser.close();
    }
}
