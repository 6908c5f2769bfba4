package io.github.performer4j.data.datavec;

import io.github.performer4j.data.fasta.FastaRecord;
import io.github.performer4j.data.token.ProteinTokenizer;
import java.util.ArrayList;
import java.util.List;
import org.datavec.api.writable.IntWritable;
import org.datavec.api.writable.Writable;

/**
 * FASTA as DataVec sequences: one time step per residue, one column, the token id of {@link ProteinTokenizer} as {@link IntWritable}. As plain
 * records ({@link #next()}) the sequences are those of {@link FastaRecordReader}; both ways share one position in the files.
 */
public final class FastaSequenceRecordReader extends FastaRecordReader implements SequenceSteps<FastaRecord> {
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

    @Override
    public List<List<Writable>> steps(FastaRecord record) {
        ProteinTokenizer tokenizer = new ProteinTokenizer();
        List<List<Writable>> steps = new ArrayList<>(record.residues().length);
        for (byte residue : record.residues()) {
            steps.add(List.of(new IntWritable(tokenizer.id(residue))));
        }
        return steps;
    }
}
