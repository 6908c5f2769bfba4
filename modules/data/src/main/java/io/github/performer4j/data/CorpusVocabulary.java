package io.github.performer4j.data;

import io.github.performer4j.data.example.Example;
import io.github.performer4j.data.read.DataConfig;
import io.github.performer4j.data.read.Selection;
import io.github.performer4j.data.text.StretchReader;
import io.github.performer4j.data.text.TextReader;
import io.github.performer4j.data.token.Tokenizer;
import io.github.performer4j.data.token.TokenizerLearner;
import java.io.IOException;
import java.nio.file.Path;

/**
 * Shows the texts of one side of a corpus to what learns its vocabulary, in bounded memory.
 *
 * @param files of the corpus
 * @param config how they are read
 * @param selection the side
 */
record CorpusVocabulary(CorpusFiles files, DataConfig config, Selection selection) {
    private static final int PIECE = 1 << 16;

    /**
     * Learns a tokenizer.
     *
     * @throws IOException if the data cannot be read, or holds no symbol
     */
    Tokenizer learn(TokenizerLearner learner) throws IOException {
        if (files.format() != null) {
            examples(learner);
        } else {
            for (int file = 0; file < files.files().size(); file++) {
                if (selection.includes(file, 0)) {
                    text(files.files().get(file), learner);
                }
            }
        }
        return learner.learn().orElseThrow(files::noTokens);
    }

    private void examples(TokenizerLearner learner) throws IOException {
        try (CorpusExamples examples = new CorpusExamples(files, config, selection)) {
            for (Example example = examples.next(); example != null; example = examples.next()) {
                example.texts().forEach(learner::add);
            }
        }
    }

    private void text(Path file, TokenizerLearner learner) throws IOException {
        if (learner.wholeWords()) {
            try (StretchReader reader = new StretchReader(file, selection.from(), selection.to())) {
                for (String stretch = reader.next(); stretch != null; stretch = reader.next()) {
                    learner.add(stretch);
                }
            }
            return;
        }
        try (TextReader reader = TextReader.characters(file)) {
            StringBuilder piece = new StringBuilder();
            long place = 0;
            int symbol = reader.read();
            while (symbol >= 0 && place < selection.to()) {
                if (place++ >= selection.from()) {
                    piece.appendCodePoint(symbol);
                }
                if (piece.length() >= PIECE) {
                    learner.add(piece);
                    piece.setLength(0);
                }
                symbol = reader.read();
            }
            learner.add(piece);
        }
    }
}
