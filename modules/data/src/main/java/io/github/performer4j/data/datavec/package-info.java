/** DataVec record readers over the parsers of FASTA and text, for use with Deeplearning4j's own iterators and transforms. */
package io.github.performer4j.data.datavec;
