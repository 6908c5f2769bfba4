package io.github.performer4j.core.task;

import io.github.performer4j.core.layer.LanguageModelHeadLayer;

/** The head that language models share: softmax over the vocabulary at each token. */
final class LanguageModels {
    private LanguageModels() {}

    static void head(HeadPlace place) {
        if (place.table() != null) {
            place.perTokenTied();
            return;
        }
        place.perToken(new LanguageModelHeadLayer.Builder()
                .vocabulary(place.vocabulary())
                .width(place.width())
                .build());
    }
}
