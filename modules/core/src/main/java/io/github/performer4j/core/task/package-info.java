/** What models predict: labels, head and loss of each task. What trains and measures it stands in the module {@code training}. */
package io.github.performer4j.core.task;
