package io.github.performer4j.checkpoint.weights;

import java.io.IOException;
import java.util.List;

/** Reads one tensor of a safetensors header: {@code {"dtype": "F32", "shape": [3, 4], "data_offsets": [0, 48]}}. */
final class SafetensorsEntry {
    private static final List<String> KEYS = List.of("data_offsets", "dtype", "shape");

    private final String name;
    private final JsonTokens tokens;
    private ElementType type;
    private List<Long> shape;
    private List<Long> offsets;

    private SafetensorsEntry(String name, JsonTokens tokens) {
        this.name = name;
        this.tokens = tokens;
    }

    /**
     * Reads and checks a tensor.
     *
     * @param start where the bytes of tensors begin
     */
    static WeightTensor read(String name, JsonTokens tokens, MappedFile file, long start) throws IOException {
        TensorNames.check(tokens.path(), name);
        SafetensorsEntry entry = new SafetensorsEntry(name, tokens);
        tokens.fields(entry.rule(), entry::field);
        return entry.tensor(file, start);
    }

    private String rule() {
        return "a tensor must have " + KEYS + ", each name once; tensor=" + name;
    }

    private void field(String key) throws IOException {
        if (key.equals("dtype") && type == null) {
            String dtype = tokens.text();
            String shown = tokens.shown();
            type = ElementType.named(dtype == null ? "" : dtype)
                    .orElseThrow(() -> tokens.broken("unknown element type; tensor=" + name + ", dtype=" + shown
                            + ", known=" + List.of(ElementType.values())));
        } else if (key.equals("shape") && shape == null) {
            shape = numbers(key, TensorNames.MAX_DIMENSIONS);
        } else if (key.equals("data_offsets") && offsets == null) {
            offsets = numbers(key, 2);
        } else {
            throw tokens.broken(rule() + ", found=" + key);
        }
    }

    private List<Long> numbers(String key, int most) throws IOException {
        return tokens.numbers(
                most, key + " must be a list of numbers from 0 to 2^63 - 1, at most " + most + "; tensor=" + name);
    }

    private WeightTensor tensor(MappedFile file, long start) throws IOException {
        if (type == null || shape == null || offsets == null) {
            throw tokens.broken(rule() + ", dtype=" + type + ", shape=" + shape + ", data_offsets=" + offsets);
        }
        if (offsets.size() != 2 || offsets.get(0) > offsets.get(1)) {
            throw tokens.broken("data_offsets must be begin and end; tensor=" + name + ", data_offsets=" + offsets);
        }
        long room = file.size() - start;
        if (offsets.get(1) > room) {
            throw tokens.broken("a tensor must lie in the file; tensor=" + name + ", data_offsets=" + offsets
                    + ", bytes behind the header=" + room);
        }
        long bytes = TensorNames.bytes(tokens.path(), name, shape, type);
        if (bytes != offsets.get(1) - offsets.get(0)) {
            throw tokens.broken("shape and bytes must agree; tensor=" + name + ", shape=" + shape + ", dtype=" + type
                    + ", data_offsets=" + offsets);
        }
        return new WeightTensor(name, type, shape, false, file, start + offsets.get(0));
    }
}
