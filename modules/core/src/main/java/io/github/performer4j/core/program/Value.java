package io.github.performer4j.core.program;

/**
 * A value of a program: rows [B·T,columns], one for each token of a side.
 *
 * @param id number in the program, from 0
 * @param name for messages
 * @param side number of the input whose tokens the rows stand for: batch, length and mask are those of that input
 * @param columns of each row; 0 as long as the layer's width is not known
 */
public record Value(int id, String name, int side, int columns) {}
