package io.github.performer4j.checkpoint.weights;

import io.github.performer4j.data.files.DataFileException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The header of a safetensors file: 8 bytes little-endian, its length n; n bytes of JSON, {@code {"NAME": {"dtype": "F32", "shape": [3, 4], "data_offsets": [0, 48]}, …,
 * "__metadata__": {…}}}; then the bytes of all tensors, without a gap between them or behind them.
 */
final class SafetensorsHeader {
    /** Longest header: 16 MiB. */
    static final int MAX_LENGTH = 1 << 24;

    /** Bytes of the length. */
    static final int PREFIX = 8;

    static final String METADATA = "__metadata__";

    private final MappedFile file;
    private final String path;
    private final Map<String, String> metadata = new LinkedHashMap<>();

    private SafetensorsHeader(MappedFile file) {
        this.file = file;
        this.path = file.path().toString();
    }

    /**
     * What a header says.
     *
     * @param tensors in the order of their bytes
     * @param metadata of the writer
     */
    record Content(Map<String, WeightTensor> tensors, Map<String, String> metadata) {}

    /**
     * Reads and checks the header.
     *
     * @throws DataFileException if the file breaks a rule
     */
    static Content read(MappedFile file) throws IOException {
        SafetensorsHeader header = new SafetensorsHeader(file);
        return new Content(header.tensors(), header.metadata);
    }

    private Map<String, WeightTensor> tensors() throws IOException {
        if (file.size() < PREFIX) {
            throw broken("a safetensors file begins with 8 bytes of length; bytes=" + file.size());
        }
        long length = file.bytes(0, PREFIX).getLong(0);
        if (length < 2 || length > MAX_LENGTH) {
            throw broken("the header's length must be from 2 to " + MAX_LENGTH + " bytes; length="
                    + Long.toUnsignedString(length));
        }
        if (length > file.size() - PREFIX) {
            throw broken("the header must lie in the file; length=" + length + ", bytes=" + file.size());
        }
        long start = PREFIX + length;
        List<WeightTensor> tensors = new ArrayList<>(entries((int) length, start));
        tensors.sort(Comparator.comparingLong(WeightTensor::offset).thenComparing(SafetensorsHeader::bytes));
        Map<String, WeightTensor> byName = new LinkedHashMap<>();
        long expected = start;
        for (WeightTensor tensor : tensors) {
            if (tensor.offset() != expected) {
                throw broken("tensors must follow each other without gap or overlap; tensor=" + tensor.name()
                        + ", begins=" + (tensor.offset() - start) + ", expected=" + (expected - start));
            }
            expected += bytes(tensor);
            byName.put(tensor.name(), tensor);
        }
        if (expected != file.size()) {
            throw broken("the file must end with its last tensor; bytes of tensors=" + (expected - start)
                    + ", bytes behind the header=" + (file.size() - start));
        }
        return byName;
    }

    private Collection<WeightTensor> entries(int length, long start) throws IOException {
        byte[] header = new byte[length];
        file.bytes(PREFIX, length).get(header);
        Map<String, WeightTensor> entries = new LinkedHashMap<>();
        JsonTokens.read(
                path,
                "the header",
                header,
                json -> json.fields("the header must be a JSON object", name -> {
                    if (name.equals(METADATA)) {
                        readMetadata(json);
                    } else if (entries.put(name, SafetensorsEntry.read(name, json, file, start)) != null) {
                        throw broken("the header must have each name once; tensor=" + name);
                    }
                }));
        return entries.values();
    }

    private void readMetadata(JsonTokens json) throws IOException {
        String rule = METADATA + " must be an object of strings, each name once";
        if (!metadata.isEmpty()) {
            throw broken(rule);
        }
        json.fields(rule, key -> {
            String text = json.text();
            if (text == null || metadata.put(key, text) != null) {
                throw broken(rule + "; name=" + key + ", found=" + json.shown());
            }
        });
    }

    private static long bytes(WeightTensor tensor) {
        return tensor.elements() * tensor.type().bytes();
    }

    private DataFileException broken(String rule) {
        return new DataFileException(path, 0, rule);
    }
}
