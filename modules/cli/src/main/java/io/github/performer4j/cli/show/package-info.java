/** What a user sees: figures, tables and progress on a terminal or in a log, and what must not pass unseen of data. */
package io.github.performer4j.cli.show;
