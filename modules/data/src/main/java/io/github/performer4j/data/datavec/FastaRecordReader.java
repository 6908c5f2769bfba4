package io.github.performer4j.data.datavec;

import io.github.performer4j.data.fasta.FastaParser;
import io.github.performer4j.data.fasta.FastaRecord;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import org.datavec.api.writable.Text;
import org.datavec.api.writable.Writable;

/**
 * FASTA as DataVec records of two columns: the header and the residues, both {@link Text}. Plain or gzip files; see {@link FastaParser} for the
 * format. A character that is no residue becomes {@code ?} or, if asked for, an error.
 */
public class FastaRecordReader extends LocationReader<FastaRecord> {
    private final boolean unknownIsError;

    /** Reads unknown residues as {@code ?}. */
    public FastaRecordReader() {
        this(false);
    }

    /**
     * Chooses what happens to characters that are no residue.
     *
     * @param unknownIsError whether they are an error that names path and line
     */
    public FastaRecordReader(boolean unknownIsError) {
        this.unknownIsError = unknownIsError;
    }

    @Override
    Elements<FastaRecord> elements(InputStream in, String name) {
        FastaParser parser = new FastaParser(in, name, unknownIsError);
        return new Elements<>() {
            @Override
            public FastaRecord next() throws IOException {
                return parser.next();
            }

            @Override
            public void close() throws IOException {
                parser.close();
            }
        };
    }

    @Override
    List<Writable> columns(FastaRecord record) {
        return List.of(new Text(record.header()), new Text(record.sequence()));
    }

    @Override
    public boolean batchesSupported() {
        return true;
    }
}
