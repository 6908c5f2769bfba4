/** Pages of a run that goes on: our own, and Deeplearning4j's dashboard. */
package io.github.performer4j.cli.ui;
