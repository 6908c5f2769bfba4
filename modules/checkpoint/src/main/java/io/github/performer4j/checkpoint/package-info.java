/** Save, load and use a trained model: Deeplearning4j's own zip plus one JSON entry that makes it a model of sequences. */
package io.github.performer4j.checkpoint;
