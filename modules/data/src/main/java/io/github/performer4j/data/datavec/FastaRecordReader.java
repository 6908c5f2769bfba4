package io.github.performer4j.data.datavec;

import io.github.performer4j.data.fasta.FastaParser;
import io.github.performer4j.data.fasta.FastaRecord;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import org.datavec.api.records.Record;
import org.datavec.api.records.metadata.RecordMetaData;
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

    private static List<Writable> columns(FastaRecord record) {
        return List.of(new Text(record.header()), new Text(record.sequence()));
    }

    @Override
    public List<Writable> next() {
        return columns(advance());
    }

    @Override
    public boolean batchesSupported() {
        return true;
    }

    @Override
    public List<List<Writable>> next(int num) {
        List<List<Writable>> records = new ArrayList<>();
        while (records.size() < num && hasNext()) {
            records.add(next());
        }
        return records;
    }

    /** Reads the first record of a stream. */
    @Override
    public List<Writable> record(URI uri, DataInputStream in) throws IOException {
        return columns(first(uri, in));
    }

    FastaRecord first(URI uri, DataInputStream in) throws IOException {
        return elements(in, uri.toString()).next();
    }

    @Override
    public Record nextRecord() {
        FastaRecord record = advance();
        return new org.datavec.api.records.impl.Record(columns(record), lastMeta());
    }

    @Override
    public Record loadFromMetaData(RecordMetaData meta) throws IOException {
        return new org.datavec.api.records.impl.Record(columns(load(meta)), meta);
    }

    @Override
    public List<Record> loadFromMetaData(List<RecordMetaData> metas) throws IOException {
        List<Record> records = new ArrayList<>();
        for (RecordMetaData meta : metas) {
            records.add(loadFromMetaData(meta));
        }
        return records;
    }
}
