package io.github.performer4j.checkpoint.weights;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import io.github.performer4j.data.files.DataFileException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * JSON of a file, token by token: no more of it is held than its reader keeps, where a tree of nodes takes up to thirty times the bytes. Readers tell names that come twice.
 *
 * @param path of the file, for messages
 * @param parser stands at the value that is to be read
 */
record JsonTokens(String path, JsonParser parser) {
    /** Names are not kept in a table, which many names of one hash would break. */
    private static final JsonFactory FACTORY = JsonFactory.builder()
            .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
            .build();

    /** Characters of a value that a message shows. */
    private static final int SHOWN = 80;

    /** What is done with a field of an object; it reads the value, to its end. */
    @FunctionalInterface
    interface Field {
        void read(String name) throws IOException;
    }

    /** What is done with a document. */
    @FunctionalInterface
    interface Document {
        void read(JsonTokens tokens) throws IOException;
    }

    /**
     * Reads a document, behind which nothing may stand.
     *
     * @param what it is, as {@code the header}, for messages
     * @throws DataFileException if it is no JSON in UTF-8
     */
    static void read(String path, String what, byte[] json, Document document) throws IOException {
        InputStreamReader characters =
                new InputStreamReader(new ByteArrayInputStream(json), StandardCharsets.UTF_8.newDecoder());
        try (JsonParser parser = FACTORY.createParser(characters)) {
            parser.nextToken();
            JsonTokens tokens = new JsonTokens(path, parser);
            document.read(tokens);
            if (parser.nextToken() != null) {
                throw tokens.broken(what + " must be JSON, and nothing behind it; found=" + tokens.shown());
            }
        } catch (JsonProcessingException e) {
            throw new DataFileException(path, 0, what + " must be JSON; " + e.getOriginalMessage());
        } catch (CharacterCodingException e) {
            throw new DataFileException(path, 0, what + " must be JSON in UTF-8; " + e.getMessage());
        }
    }

    /**
     * Reads the fields of an object.
     *
     * @param rule what is said if there is none
     */
    void fields(String rule, Field field) throws IOException {
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            throw broken(rule + "; found=" + shown());
        }
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            parser.nextToken();
            field.read(name);
        }
    }

    /** Returns a string; null for anything else. */
    String text() throws IOException {
        return parser.currentToken() == JsonToken.VALUE_STRING ? parser.getText() : null;
    }

    /**
     * Reads a list of numbers.
     *
     * @param most how many it may have
     * @param rule what is said of anything else
     */
    List<Long> numbers(int most, String rule) throws IOException {
        if (parser.currentToken() != JsonToken.START_ARRAY) {
            throw broken(rule + ", found=" + shown());
        }
        List<Long> numbers = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            boolean fits = parser.currentToken() == JsonToken.VALUE_NUMBER_INT
                    && parser.getNumberType() != JsonParser.NumberType.BIG_INTEGER
                    && parser.getLongValue() >= 0
                    && numbers.size() < most;
            if (!fits) {
                throw broken(rule + ", found=" + shown() + " behind " + numbers);
            }
            numbers.add(parser.getLongValue());
        }
        return numbers;
    }

    /** Passes over the value. */
    void skip() throws IOException {
        parser.skipChildren();
    }

    /** Returns the token as the file has it, or its beginning. */
    String shown() throws IOException {
        String text = String.valueOf(parser.getText());
        return text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "…";
    }

    DataFileException broken(String rule) {
        return new DataFileException(path, 0, rule);
    }
}
