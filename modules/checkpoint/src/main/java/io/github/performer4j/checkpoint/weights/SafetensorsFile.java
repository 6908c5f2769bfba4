package io.github.performer4j.checkpoint.weights;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** One {@code .safetensors} file, the format of HuggingFace's hub; its header is checked when it is opened, its tensors are read where they lie. */
public final class SafetensorsFile implements Weights {
    private final MappedFile file;
    private final SafetensorsHeader.Content content;

    private SafetensorsFile(MappedFile file, SafetensorsHeader.Content content) {
        this.file = file;
        this.content = content;
    }

    /**
     * Opens a file.
     *
     * @throws IOException one line that names the file and the rule that it breaks
     */
    public static SafetensorsFile open(Path path) throws IOException {
        MappedFile file = new MappedFile(path);
        try {
            return new SafetensorsFile(file, SafetensorsHeader.read(file));
        } catch (IOException | RuntimeException e) {
            file.close();
            throw e;
        }
    }

    /** Returns what the writer said beside the tensors; empty for nothing. */
    public Map<String, String> metadata() {
        return Map.copyOf(content.metadata());
    }

    @Override
    public List<WeightTensor> tensors() {
        return List.copyOf(content.tensors().values());
    }

    @Override
    public WeightTensor tensor(String name) {
        return content.tensors().get(name);
    }

    @Override
    public String origin() {
        return file.path().toString();
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
