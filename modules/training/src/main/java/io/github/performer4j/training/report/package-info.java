/** A page that compares several runs: one file, no server, no network. */
package io.github.performer4j.training.report;
