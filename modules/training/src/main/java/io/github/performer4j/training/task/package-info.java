/** What trains and measures each task: its batches and its scorer. Labels, head and use of a task stand in {@code core}. */
package io.github.performer4j.training.task;
