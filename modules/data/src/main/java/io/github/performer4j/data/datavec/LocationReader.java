package io.github.performer4j.data.datavec;

import io.github.performer4j.data.files.InputFiles;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import org.datavec.api.conf.Configuration;
import org.datavec.api.records.Record;
import org.datavec.api.records.metadata.RecordMetaData;
import org.datavec.api.records.metadata.RecordMetaDataIndex;
import org.datavec.api.records.reader.BaseRecordReader;
import org.datavec.api.split.InputSplit;
import org.datavec.api.writable.Writable;

/**
 * Reads the elements of all locations of an {@link InputSplit}, one after the other, holding one element at a time. The element's number
 * within its location is its {@link RecordMetaDataIndex}; loading from it reads the location again up to there.
 *
 * @param <E> what a location holds
 */
abstract class LocationReader<E> extends BaseRecordReader {
    /** The elements of one location. */
    interface Elements<E> extends Closeable {
        /** Returns the next element, or null at the end. */
        E next() throws IOException;
    }

    private Configuration configuration;
    private transient URI[] locations;
    private transient int nextLocation;
    private transient Elements<E> open;
    private transient long openIndex;
    private transient E ahead;
    private transient RecordMetaDataIndex aheadMeta;
    private transient RecordMetaDataIndex lastMeta;

    /** Returns an element as a plain record. */
    abstract List<Writable> columns(E element);

    /** Opens the elements of a stream; its bytes are unpacked already. */
    abstract Elements<E> elements(InputStream in, String name) throws IOException;

    @Override
    public void initialize(InputSplit split) throws IOException, InterruptedException {
        super.initialize(split);
        reset();
    }

    @Override
    public void initialize(Configuration conf, InputSplit split) throws IOException, InterruptedException {
        setConf(conf);
        initialize(split);
    }

    @Override
    public boolean hasNext() {
        while (ahead == null && (open != null || (locations != null && nextLocation < locations.length))) {
            try {
                if (open == null) {
                    open = open(locations[nextLocation++]);
                    openIndex = 0;
                }
                ahead = open.next();
                aheadMeta = new RecordMetaDataIndex(openIndex++, locations[nextLocation - 1], getClass());
                if (ahead == null) {
                    close();
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e.getMessage(), e);
            }
        }
        return ahead != null;
    }

    /** Returns the next element. */
    E advance() {
        if (!hasNext()) {
            throw new NoSuchElementException("the reader has no more records; call reset");
        }
        E result = ahead;
        lastMeta = aheadMeta;
        ahead = null;
        invokeListeners(result);
        return result;
    }

    @Override
    public List<Writable> next() {
        return columns(advance());
    }

    @Override
    public List<List<Writable>> next(int num) {
        if (!batchesSupported()) {
            return super.next(num);
        }
        List<List<Writable>> records = new ArrayList<>();
        while (records.size() < num && hasNext()) {
            records.add(next());
        }
        return records;
    }

    /** Reads the first record of a stream; readers that look at the names of files refuse it. */
    @Override
    public List<Writable> record(URI uri, DataInputStream in) throws IOException {
        return columns(first(uri, in));
    }

    /** Reads the first element of a stream. */
    E first(URI uri, DataInputStream in) throws IOException {
        return elements(in, uri.toString()).next();
    }

    @Override
    public Record nextRecord() {
        E element = advance();
        return new org.datavec.api.records.impl.Record(columns(element), lastMeta);
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

    /** Returns where the element last given out stands. */
    RecordMetaData lastMeta() {
        return lastMeta;
    }

    /** Opens the elements of one location. */
    Elements<E> open(URI location) throws IOException {
        String name = "file".equals(location.getScheme()) ? location.getPath() : location.toString();
        return elements(InputFiles.unpack(streamCreatorFn.apply(location), name), name);
    }

    /** Reads the element that metadata name. */
    E load(RecordMetaData meta) throws IOException {
        if (!(meta instanceof RecordMetaDataIndex index)) {
            throw new IllegalArgumentException("metadata must be RecordMetaDataIndex; found=" + meta);
        }
        try (Elements<E> elements = open(index.getURI())) {
            E element = elements.next();
            for (long i = 0; i < index.getIndex() && element != null; i++) {
                element = elements.next();
            }
            if (element == null) {
                throw new IllegalArgumentException("metadata must name a record of its file; found=" + meta);
            }
            return element;
        }
    }

    @Override
    public void reset() {
        if (inputSplit == null) {
            throw new IllegalStateException("a reader must be initialised before it is reset");
        }
        try {
            close();
        } catch (IOException e) {
            throw new UncheckedIOException(e.getMessage(), e);
        }
        List<URI> all = new ArrayList<>();
        inputSplit.locationsIterator().forEachRemaining(all::add);
        locations = all.toArray(URI[]::new);
        nextLocation = 0;
        ahead = null;
    }

    @Override
    public boolean resetSupported() {
        return true;
    }

    /** Returns an empty list: the records carry no class labels. */
    @Override
    public List<String> getLabels() {
        return List.of();
    }

    @Override
    public void setConf(Configuration conf) {
        configuration = conf;
    }

    @Override
    public Configuration getConf() {
        return configuration;
    }

    @Override
    public void close() throws IOException {
        if (open != null) {
            Elements<E> done = open;
            open = null;
            done.close();
        }
    }
}
