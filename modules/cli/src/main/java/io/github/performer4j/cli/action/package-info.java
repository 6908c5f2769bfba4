/**
 * What all commands share: common options, streams, exit codes, results as files; how a failure becomes one
 * line, and a signal a stop.
 */
package io.github.performer4j.cli.action;
