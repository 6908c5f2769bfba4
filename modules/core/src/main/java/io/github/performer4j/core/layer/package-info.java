/** Deeplearning4j layers and vertices, each one definition in SameDiff, and the runtime that executes them. */
package io.github.performer4j.core.layer;
