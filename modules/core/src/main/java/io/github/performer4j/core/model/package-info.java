/** Whole models: a validated configuration that builds a Deeplearning4j graph in one call, and its presets. */
package io.github.performer4j.core.model;
