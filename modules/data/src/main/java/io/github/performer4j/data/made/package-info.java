/** Data sets that are made: from a rule whose best possible score is known, or from texts. Every one is a pure function of its settings and a seed. */
package io.github.performer4j.data.made;
