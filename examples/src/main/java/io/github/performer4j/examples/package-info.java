/** One class per example, each on one screen: a static method that returns a result, and a {@code main} that prints it. */
package io.github.performer4j.examples;
