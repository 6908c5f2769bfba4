/**
 * Scale-out on Apache Spark (3.5 with Scala 2.12, or 4 with 2.13, as the build chooses): training in rounds of local steps whose results are averaged, and embedding, prediction and evaluation of large data. Spark is
 * {@code provided}: a cluster, or {@code SPARK_HOME}, has it.
 */
package io.github.performer4j.spark;
