package io.github.performer4j.data.datavec;

import io.github.performer4j.data.fasta.FastaRecord;
import io.github.performer4j.data.token.ProteinTokenizer;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import org.datavec.api.records.SequenceRecord;
import org.datavec.api.records.metadata.RecordMetaData;
import org.datavec.api.records.reader.SequenceRecordReader;
import org.datavec.api.writable.IntWritable;
import org.datavec.api.writable.Writable;

/**
 * FASTA as DataVec sequences: one time step per residue, one column, the token id of {@link ProteinTokenizer} as {@link IntWritable}. As plain
 * records ({@link #next()}) the sequences are those of {@link FastaRecordReader}; both ways share one position in the files.
 */
public final class FastaSequenceRecordReader extends FastaRecordReader implements SequenceRecordReader {
    /** Reads unknown residues as the unknown token. */
    public FastaSequenceRecordReader() {
        super(false);
    }

    /**
     * Chooses what happens to characters that are no residue.
     *
     * @param unknownIsError whether they are an error that names path and line
     */
    public FastaSequenceRecordReader(boolean unknownIsError) {
        super(unknownIsError);
    }

    private static List<List<Writable>> steps(FastaRecord record) {
        ProteinTokenizer tokenizer = new ProteinTokenizer();
        List<List<Writable>> steps = new ArrayList<>(record.residues().length);
        for (byte residue : record.residues()) {
            steps.add(List.of(new IntWritable(tokenizer.id(residue))));
        }
        return steps;
    }

    @Override
    public List<List<Writable>> sequenceRecord() {
        return steps(advance());
    }

    /** Reads the first sequence of a stream. */
    @Override
    public List<List<Writable>> sequenceRecord(URI uri, DataInputStream in) throws IOException {
        return steps(first(uri, in));
    }

    @Override
    public SequenceRecord nextSequence() {
        FastaRecord record = advance();
        return new org.datavec.api.records.impl.SequenceRecord(steps(record), lastMeta());
    }

    @Override
    public SequenceRecord loadSequenceFromMetaData(RecordMetaData meta) throws IOException {
        return new org.datavec.api.records.impl.SequenceRecord(steps(load(meta)), meta);
    }

    @Override
    public List<SequenceRecord> loadSequenceFromMetaData(List<RecordMetaData> metas) throws IOException {
        List<SequenceRecord> sequences = new ArrayList<>();
        for (RecordMetaData meta : metas) {
            sequences.add(loadSequenceFromMetaData(meta));
        }
        return sequences;
    }
}
