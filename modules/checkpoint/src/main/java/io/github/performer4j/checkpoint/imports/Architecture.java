package io.github.performer4j.checkpoint.imports;

import io.github.performer4j.checkpoint.weights.Weights;
import io.github.performer4j.data.files.DataFileException;
import java.io.IOException;
import java.nio.file.Path;

/**
 * A family of models of other programs: what its configuration means here, and which of its tensors make which parameter.
 *
 * <p>The door for families of one's own: a public class with a constructor without arguments, named in the file {@code META-INF/services/io.github.performer4j.checkpoint.imports.Architecture} of a jar on the class path, where a {@link java.util.ServiceLoader} finds it for
 * imports from Java and by the command line, and again when a model that came so is exported under its own names. {@code OwnArchitecture} among the examples is one. The project's own families are asked first.
 */
public interface Architecture {
    /** Returns the name, as {@code bert}. */
    String name();

    /** Returns whether a configuration is of this family, by its {@code model_type} as a rule. */
    boolean matches(ForeignConfig config);

    /**
     * Returns how a model of this family is built here.
     *
     * @param config its configuration
     * @param weights its tensors, to see what names and which of the optional ones there are
     * @param vocabulary of its tokenizer
     * @throws IOException one line, if the configuration asks for what has no counterpart here
     */
    Blueprint blueprint(ForeignConfig config, Weights weights, Vocabulary vocabulary) throws IOException;

    /**
     * Returns how a model of this family is built here with its head for masked tokens; refused by default.
     *
     * @param config its configuration
     * @param weights its tensors
     * @param vocabulary of its tokenizer
     * @throws IOException one line, if the family has no such head, or the configuration asks for what has no counterpart here
     */
    default Blueprint masked(ForeignConfig config, Weights weights, Vocabulary vocabulary) throws IOException {
        throw config.broken("this family has no head for masked tokens here; architecture=" + name());
    }

    /**
     * Returns the {@code tokenizer.json} of a family whose models come with a list of tokens alone; refused by default.
     *
     * @param vocabulary the file {@code vocab.txt}
     * @throws IOException one line, if the family's tokens need more than a list
     */
    default String tokenizer(Path vocabulary) throws IOException {
        throw new DataFileException(
                vocabulary.toString(),
                0,
                "a tokenizer of this family needs tokenizer.json: write it by AutoTokenizer.from_pretrained(FOLDER).save_pretrained(FOLDER);"
                        + " architecture=" + name());
    }
}
