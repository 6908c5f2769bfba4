/** Searches: generators of candidates, trials in run folders, a log from which a search goes on. */
package io.github.performer4j.tuning.search;
