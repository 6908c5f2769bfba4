package io.github.performer4j.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.performer4j.checkpoint.imports.ImportSettings;
import io.github.performer4j.checkpoint.imports.ModelImport;
import io.github.performer4j.checkpoint.weights.HuggingFaceFolder;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** An application needs this module and a backend: a program with what Maven resolves for these, and nothing of the tests, uses stored models. */
class AloneTest {
    private static final Path TARGET = Path.of("target");

    @TempDir
    Path folder;

    private Path masked;
    private Path causal;

    @BeforeEach
    void unpack() throws IOException {
        masked = stored("masked-lm");
        causal = stored("causal-lm");
        String program = AloneProgram.class.getName().replace('.', '/') + ".class";
        Path copy = folder.resolve("classes").resolve(program);
        Files.createDirectories(copy.getParent());
        Files.copy(TARGET.resolve("test-classes").resolve(program), copy);
    }

    private Path stored(String name) throws IOException {
        Path file = folder.resolve(name + ".zip");
        try (InputStream in = AloneTest.class.getResourceAsStream("/golden/model-format2-" + name + ".zip")) {
            Files.copy(in, file);
        }
        return file;
    }

    /** What the poms of this module and of a backend give, in their order. */
    private List<String> classPath() throws IOException {
        List<String> path = new ArrayList<>(List.of(
                folder.resolve("classes").toString(),
                TARGET.resolve("classes").toAbsolutePath().toString()));
        for (String list : List.of("runtime-classpath", "backend-classpath")) {
            path.addAll(
                    Arrays.asList(Files.readString(TARGET.resolve(list)).strip().split(File.pathSeparator)));
        }
        return path;
    }

    private List<String> run(String... arguments) throws IOException, InterruptedException {
        List<String> line = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "--add-modules", // as this process has: kernels on the Vector API and in plain Java differ in last bits
                "jdk.incubator.vector",
                "-cp",
                String.join(File.pathSeparator, classPath()),
                AloneProgram.class.getName()));
        line.addAll(List.of(arguments));
        Path err = folder.resolve("err");
        Process process = new ProcessBuilder(line).redirectError(err.toFile()).start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(Files.readString(err)).isZero();
        return out.lines().toList();
    }

    @Test
    void itEmbedsFillsAndGenerates() throws IOException, InterruptedException {
        List<String> said = run(masked.toString(), causal.toString());
        assertThat(said.get(0)).isEqualTo(Arrays.toString(Embedder.load(masked).embed(AloneProgram.PROTEIN)));
        assertThat(said.get(1))
                .isEqualTo(FillMask.load(masked).fill(AloneProgram.MASKED).toString());
        String text = Generator.load(causal)
                .withMaxNew(12)
                .generate(AloneProgram.PROMPT)
                .get(0)
                .text();
        assertThat(String.join("\n", said.subList(2, said.size()))).isEqualTo(text);
    }

    /**
     * By the processor's time of the thread that starts, which is what the clock shows where nothing else is running: the compiler has threads of its own.
     *
     * @param model a file, or the public model that is imported first
     */
    @ParameterizedTest
    @CsvSource({"../../models/protein-small/model.zip,MKTAYIAKQRQISFVKSHFSRQ,192", "MiniLM,A man is eating food.,384"})
    void theFirstVectorIsThereInFiveSeconds(String model, String text, int width)
            throws IOException, InterruptedException {
        Path file = model.equals("MiniLM")
                ? miniLm()
                : Path.of(model).toAbsolutePath().normalize();
        List<String> said = run("first", file.toString(), text);
        String[] figures = said.get(said.size() - 1).split(" ");
        System.out.println(model + ": " + figures[0] + " s by the clock, " + figures[1]
                + " s of the processor in the first thread, " + figures[2] + " s in all");
        assertThat(Double.parseDouble(figures[1])).isBetween(0.1, 5.0);
        assertThat(figures[3]).isEqualTo("" + width);
    }

    private Path miniLm() throws IOException {
        for (String name : List.of("model.onnx", "tokenizer.json")) {
            String resource = "/all-minilm-l6-v2" + (name.endsWith("onnx") ? ".onnx" : "-tokenizer.json");
            try (InputStream in = AloneTest.class.getResourceAsStream(resource)) {
                Files.copy(in, folder.resolve(name));
            }
        }
        Files.writeString(folder.resolve("config.json"), """
                {"model_type": "bert", "hidden_size": 384, "num_hidden_layers": 6, "num_attention_heads": 12,
                 "intermediate_size": 1536, "max_position_embeddings": 512, "type_vocab_size": 2, "vocab_size": 30522,
                 "hidden_act": "gelu", "layer_norm_eps": 1e-12, "hidden_dropout_prob": 0.1, "pad_token_id": 0}
                """);
        HuggingFaceFolder files = HuggingFaceFolder.find(folder, null, null);
        PerformerModel model = ModelImport.read(files, ImportSettings.defaults(), Provenance.unknown())
                .model();
        Path zip = folder.resolve("minilm.zip");
        ModelFile.save(zip, model.net(), model.info(), false, Map.of());
        return zip;
    }

    /** None of what tests use; the module's own dependencies, which may grow when somebody means it to. */
    @Test
    void theClassPathIsWhatAnApplicationGets() throws IOException {
        Stream<String> names = classPath().stream()
                .skip(2)
                .map(entry -> Path.of(entry)
                        .toAbsolutePath()
                        .toString()
                        .replaceAll(".*/modules/(\\w+)/target/.*", "$1")
                        .replaceAll(".*/", "")
                        .replaceAll("-[0-9][^/]*", ""));
        assertThat(names.distinct().toList())
                .contains("core", "data", "kernels", "jackson-databind", "nd4j-native")
                .noneMatch(name -> name.matches("junit.*|assertj.*|langchain4j.*|onnxruntime.*|slf4j-simple|jazzer"));
    }
}
