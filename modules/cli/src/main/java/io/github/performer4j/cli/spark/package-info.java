/** Training and use of models on Apache Spark. */
package io.github.performer4j.cli.spark;
