package io.github.performer4j.data.datavec;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import org.datavec.api.records.SequenceRecord;
import org.datavec.api.records.metadata.RecordMetaData;
import org.datavec.api.records.reader.SequenceRecordReader;
import org.datavec.api.writable.Writable;

/**
 * The sequences of a {@link LocationReader} whose elements have time steps; as plain records they come from the same place in the files.
 *
 * @param <E> what a location holds
 */
interface SequenceSteps<E> extends SequenceRecordReader {

    /** Returns an element as time steps, each a list of columns. */
    List<List<Writable>> steps(E element);

    @SuppressWarnings("unchecked") // only readers of E are these sequences
    private LocationReader<E> reader() {
        return (LocationReader<E>) this;
    }

    @Override
    default List<List<Writable>> sequenceRecord() {
        return steps(reader().advance());
    }

    /** Reads the first sequence of a stream; readers that look at the names of files refuse it. */
    @Override
    default List<List<Writable>> sequenceRecord(URI uri, DataInputStream in) throws IOException {
        return steps(reader().first(uri, in));
    }

    @Override
    default SequenceRecord nextSequence() {
        E element = reader().advance();
        return new org.datavec.api.records.impl.SequenceRecord(steps(element), reader().lastMeta());
    }

    @Override
    default SequenceRecord loadSequenceFromMetaData(RecordMetaData meta) throws IOException {
        return new org.datavec.api.records.impl.SequenceRecord(steps(reader().load(meta)), meta);
    }

    @Override
    default List<SequenceRecord> loadSequenceFromMetaData(List<RecordMetaData> metas) throws IOException {
        List<SequenceRecord> sequences = new ArrayList<>();
        for (RecordMetaData meta : metas) {
            sequences.add(loadSequenceFromMetaData(meta));
        }
        return sequences;
    }
}
