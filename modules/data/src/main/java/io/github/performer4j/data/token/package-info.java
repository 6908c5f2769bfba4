/** Text to token ids and back: the project's own tokenizers, those of HuggingFace's files, and the kinds by which a configuration names them. */
package io.github.performer4j.data.token;
