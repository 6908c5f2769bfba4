/**
 * Scale-out on Apache Spark 3.5: training in rounds of local steps whose results are averaged, and embedding, prediction and evaluation of large data. Spark is
 * {@code provided}: a cluster, or {@code SPARK_HOME}, has it.
 */
package io.github.performer4j.spark;
