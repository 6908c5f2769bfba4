package io.github.performer4j.checkpoint.weights;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.performer4j.data.files.DataFileException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/** A model in several safetensors files, named by {@code model.safetensors.index.json}: {@code {"weight_map": {"NAME": "FILE", …}}}. Files lie beside the index. */
public final class SafetensorsShards implements Weights {
    private final Path index;
    private final List<SafetensorsFile> files = new ArrayList<>();
    private final Map<String, WeightTensor> tensors = new LinkedHashMap<>();

    private SafetensorsShards(Path index) {
        this.index = index;
    }

    /**
     * Opens the index and all files that it names.
     *
     * @throws IOException one line that names the file and the rule that it breaks: a name that is a path, a tensor that is not where the index says, or in no index
     */
    public static SafetensorsShards open(Path index) throws IOException {
        SafetensorsShards shards = new SafetensorsShards(index);
        try {
            shards.read(JsonFiles.read(index).path("weight_map"));
            return shards;
        } catch (IOException | RuntimeException e) {
            shards.close();
            throw e;
        }
    }

    private void read(JsonNode map) throws IOException {
        if (!map.isObject() || map.isEmpty()) {
            throw broken("an index must have a weight_map; found=" + map.getNodeType());
        }
        Map<String, TreeSet<String>> byFile = new TreeMap<>();
        for (Map.Entry<String, JsonNode> entry : map.properties()) {
            TensorNames.check(index.toString(), entry.getKey());
            byFile.computeIfAbsent(plain(entry.getValue()), name -> new TreeSet<>())
                    .add(entry.getKey());
        }
        for (Map.Entry<String, TreeSet<String>> entry : byFile.entrySet()) {
            Path path = index.resolveSibling(entry.getKey());
            if (!Files.isRegularFile(path)) {
                throw broken("the index names a file that is not there; file=" + path);
            }
            SafetensorsFile file = SafetensorsFile.open(path);
            files.add(file);
            TreeSet<String> missing = new TreeSet<>(entry.getValue());
            TreeSet<String> unnamed = new TreeSet<>();
            for (WeightTensor tensor : file.tensors()) {
                if (!missing.remove(tensor.name())) {
                    unnamed.add(tensor.name());
                }
                tensors.put(tensor.name(), tensor);
            }
            if (!missing.isEmpty() || !unnamed.isEmpty()) {
                throw broken("index and file must name the same tensors; file=" + path + ", not in the file=" + missing
                        + ", not in the index=" + unnamed);
            }
        }
    }

    /** Returns the name of a file beside the index: no folder, no way up. */
    private String plain(JsonNode value) throws IOException {
        String name = value.asText();
        boolean plain = value.isTextual()
                && name.endsWith(".safetensors")
                && name.chars().allMatch(c -> c < 128 && (Character.isLetterOrDigit(c) || "._-".indexOf(c) >= 0))
                && name.charAt(0) != '.';
        if (!plain) {
            throw broken(
                    "a file of the index must be a plain name of letters, digits, '.', '_' and '-' that ends in .safetensors; found="
                            + value);
        }
        return name;
    }

    private DataFileException broken(String rule) {
        return new DataFileException(index.toString(), 0, rule);
    }

    @Override
    public List<WeightTensor> tensors() {
        return List.copyOf(tensors.values());
    }

    @Override
    public WeightTensor tensor(String name) {
        return tensors.get(name);
    }

    @Override
    public String origin() {
        return index.toString();
    }

    @Override
    public void close() throws IOException {
        for (SafetensorsFile file : files) {
            file.close();
        }
    }
}
