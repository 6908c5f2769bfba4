/** What a search found: a table, which keys matter, a page. */
package io.github.performer4j.tuning.report;
