package io.github.performer4j.checkpoint.weights;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.performer4j.data.files.DataFileException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
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
    private static final List<String> KEYS = List.of("data_offsets", "dtype", "shape");
    private static final ObjectMapper MAPPER = JsonMapper.builder()
            .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

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
        List<WeightTensor> tensors = new ArrayList<>();
        long start = PREFIX + length;
        for (Map.Entry<String, JsonNode> entry : json((int) length).properties()) {
            if (entry.getKey().equals(METADATA)) {
                checkMetadata(entry.getValue());
            } else {
                tensors.add(tensor(entry.getKey(), entry.getValue(), start));
            }
        }
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

    private JsonNode json(int length) throws IOException {
        ByteBuffer buffer = file.bytes(PREFIX, length);
        byte[] header = new byte[length];
        buffer.get(header);
        JsonNode json;
        try {
            json = MAPPER.readTree(header);
        } catch (JsonProcessingException e) {
            throw broken("the header must be JSON with each name once; " + e.getOriginalMessage());
        } catch (IOException e) {
            throw broken("the header must be JSON in UTF-8; " + e.getMessage());
        }
        if (!json.isObject()) {
            throw broken("the header must be a JSON object; found=" + json.getNodeType());
        }
        return json;
    }

    private void checkMetadata(JsonNode node) throws IOException {
        if (!node.isObject()
                || node.properties().stream().anyMatch(e -> !e.getValue().isTextual())) {
            throw broken(METADATA + " must be an object of strings; found=" + node.getNodeType());
        }
        node.properties()
                .forEach(entry -> metadata.put(entry.getKey(), entry.getValue().asText()));
    }

    private WeightTensor tensor(String name, JsonNode node, long start) throws IOException {
        TensorNames.check(path, name);
        List<String> keys = new ArrayList<>();
        node.fieldNames().forEachRemaining(keys::add);
        keys.sort(Comparator.naturalOrder());
        if (!keys.equals(KEYS)) {
            throw broken("a tensor must have " + KEYS + "; tensor=" + name + ", found=" + keys);
        }
        ElementType type = ElementType.named(node.get("dtype").asText())
                .orElseThrow(() -> broken("unknown element type; tensor=" + name + ", dtype=" + node.get("dtype")
                        + ", known=" + List.of(ElementType.values())));
        List<Long> shape = numbers(name, "shape", node.get("shape"));
        List<Long> offsets = numbers(name, "data_offsets", node.get("data_offsets"));
        if (offsets.size() != 2 || offsets.get(0) > offsets.get(1)) {
            throw broken("data_offsets must be begin and end; tensor=" + name + ", data_offsets=" + offsets);
        }
        long room = file.size() - start;
        if (offsets.get(1) > room) {
            throw broken("a tensor must lie in the file; tensor=" + name + ", data_offsets=" + offsets
                    + ", bytes behind the header=" + room);
        }
        long bytes = TensorNames.bytes(path, name, shape, type);
        if (bytes != offsets.get(1) - offsets.get(0)) {
            throw broken("shape and bytes must agree; tensor=" + name + ", shape=" + shape + ", dtype=" + type
                    + ", data_offsets=" + offsets);
        }
        return new WeightTensor(name, type, shape, false, file, start + offsets.get(0));
    }

    private List<Long> numbers(String name, String key, JsonNode node) throws IOException {
        List<Long> numbers = new ArrayList<>();
        boolean fits = node.isArray();
        for (JsonNode number : node) {
            fits = fits && number.isIntegralNumber() && number.canConvertToLong() && number.asLong() >= 0;
            numbers.add(number.asLong());
        }
        if (!fits) {
            String found = node.toString();
            throw broken(key + " must be a list of numbers from 0 to 2^63 - 1; tensor=" + name + ", found="
                    + (found.length() <= 80 ? found : found.substring(0, 80) + "…"));
        }
        return numbers;
    }

    private static long bytes(WeightTensor tensor) {
        return tensor.elements() * tensor.type().bytes();
    }

    private DataFileException broken(String rule) {
        return new DataFileException(path, 0, rule);
    }
}
