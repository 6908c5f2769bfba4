package io.github.performer4j.checkpoint.weights;

import io.github.performer4j.data.files.DataFileException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** A model in several safetensors files, named by {@code model.safetensors.index.json}: {@code {"weight_map": {"NAME": "FILE", …}}}. Files lie beside the index. */
public final class SafetensorsShards implements Weights {
    /** Longest index: 64 MiB, 500,000 tensors. */
    private static final int MAX_LENGTH = 1 << 26;

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
            shards.read();
            return shards;
        } catch (IOException | RuntimeException e) {
            shards.close();
            throw e;
        }
    }

    private void read() throws IOException {
        Map<String, TreeSet<String>> byFile = new TreeMap<>();
        byte[] json = JsonFiles.bytes(index, MAX_LENGTH);
        JsonTokens.read(index.toString(), "an index", json, tokens -> readMap(tokens, byFile));
        if (byFile.isEmpty()) {
            throw broken("an index must have a weight_map, and in it a tensor");
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

    /** What else the index says is passed over. */
    private void readMap(JsonTokens json, Map<String, TreeSet<String>> byFile) throws IOException {
        Set<String> names = new HashSet<>();
        String rule = "weight_map must be a JSON object, with each name once";
        json.fields("an index must be a JSON object", key -> {
            if (!key.equals("weight_map")) {
                json.skip();
                return;
            }
            if (!names.isEmpty()) {
                throw broken(rule);
            }
            json.fields(rule, name -> {
                TensorNames.check(index.toString(), name);
                if (!names.add(name)) {
                    throw broken(rule + "; tensor=" + name);
                }
                byFile.computeIfAbsent(plain(json), file -> new TreeSet<>()).add(name);
            });
        });
    }

    /** Returns the name of a file beside the index: no folder, no way up. */
    private String plain(JsonTokens json) throws IOException {
        String name = json.text();
        boolean plain = name != null
                && name.endsWith(".safetensors")
                && name.chars().allMatch(c -> c < 128 && (Character.isLetterOrDigit(c) || "._-".indexOf(c) >= 0))
                && name.charAt(0) != '.';
        if (!plain) {
            throw broken(
                    "a file of the index must be a plain name of letters, digits, '.', '_' and '-' that ends in .safetensors; found="
                            + json.shown());
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
