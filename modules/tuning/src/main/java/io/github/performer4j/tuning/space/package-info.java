/** What a search may set: a JSON file of keys and ranges, which is a {@code ParameterSpace} of Arbiter, too. */
package io.github.performer4j.tuning.space;
