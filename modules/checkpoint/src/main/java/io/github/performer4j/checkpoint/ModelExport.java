package io.github.performer4j.checkpoint;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.performer4j.data.token.JsonTokenizer;
import io.github.performer4j.data.token.Tokenizer;
import io.github.performer4j.data.token.TokenizerJson;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * Writes a model in a format, and beside it what goes with it. With {@code --out m.onnx} these are
 *
 * <pre>
 * m.onnx            the model
 * m.tokenizer.json  its tokenizer, if that came from such a file: HuggingFace's library reads it
 * m.vocabulary.json its tokenizer, if it is one of performer4j's own: {@link TokenizerJson} reads it
 * m.md              the model's card
 * </pre>
 *
 * <p>A format of folders has them within, as {@code tokenizer.json} and {@code README.md}; one that has {@linkplain ExportFormat#whole all} of a model has the tokenizer in its file.
 */
public final class ModelExport {
    private final ExportFormat format;
    private final Path out;
    private final Path tokenizer; // null where the model's file has it
    private final Path card;

    /**
     * Says what will be written.
     *
     * @param format of the file
     * @param model to be written
     * @param out the file, or folder
     */
    public ModelExport(ExportFormat format, PerformerModel model, Path out) {
        if (!format.whole()) {
            Requests.requireNoSource(model.info(), "export to " + format.name());
        }
        this.format = format;
        this.out = out;
        boolean foreign = model.info().tokenizer() instanceof JsonTokenizer;
        String kind = foreign ? "tokenizer.json" : "vocabulary.json";
        if (format.folder()) {
            tokenizer = out.resolve(kind);
            card = out.resolve("README.md");
        } else {
            tokenizer = format.whole() ? null : out.resolveSibling(stem() + "." + kind);
            card = out.resolveSibling(stem() + ".md");
        }
        if (beside().stream().anyMatch(file -> file.toString().equalsIgnoreCase(out.toString()))) {
            throw new IllegalArgumentException("the model needs a file of its own beside "
                    + (tokenizer == null ? "" : "its tokenizer, " + tokenizer + ", and ")
                    + "its card, " + card + "; out=" + out);
        }
    }

    /** Returns the name of the file without its ending, which begins with a letter: v1.5 has none; a folder has none, either. */
    private String stem() {
        String name = out.getFileName().toString();
        int dot = name.lastIndexOf('.');
        boolean ending = dot > 0 && dot + 1 < name.length() && Character.isLetter(name.charAt(dot + 1));
        return ending && !format.folder() ? name.substring(0, dot) : name;
    }

    /** Returns what is written beside the model. */
    public List<Path> beside() {
        return Stream.of(tokenizer, card).filter(Objects::nonNull).toList();
    }

    /**
     * Writes; nothing is overwritten.
     *
     * @param settings what the file is to be made for
     * @param about what the card says that the model does not
     * @return what the file takes and gives
     * @throws FileAlreadyExistsException if one of the files is there; then none is written
     * @throws IllegalArgumentException in one line, if the format cannot hold the model or has no such setting
     * @throws IOException if a file cannot be written
     */
    public ExportedFile write(PerformerModel model, ExportSettings settings, ModelCard about) throws IOException {
        List<Path> all = new ArrayList<>(beside());
        all.add(0, out);
        for (Path file : all) {
            if (Files.exists(file)) {
                throw new FileAlreadyExistsException(file.toString(), null, "the file to write exists already");
            }
        }
        ExportedFile written = format.write(model, settings, about, out);
        if (tokenizer != null) {
            write(tokenizer, text(model.info().tokenizer()));
        }
        String how = format.loading(
                out.getFileName().toString(),
                tokenizer == null ? null : tokenizer.getFileName().toString());
        write(card, about.text(stem(), model, how));
        return written;
    }

    private static String text(Tokenizer tokenizer) throws IOException {
        return tokenizer instanceof JsonTokenizer foreign
                ? foreign.json()
                : new ObjectMapper()
                        .writerWithDefaultPrettyPrinter()
                        .writeValueAsString(TokenizerJson.write(tokenizer));
    }

    private static void write(Path file, String text) throws IOException {
        AtomicFile.write(file, stream -> stream.write(text.getBytes(StandardCharsets.UTF_8)));
    }
}
