/**
 * Models as ONNX files: {@link io.github.performer4j.checkpoint.onnx.OnnxModel} is where to begin. Nodes are written by a visitor over the programs of layers; the classes of the protocol buffer are
 * those in ND4J's jar.
 */
package io.github.performer4j.checkpoint.onnx;
