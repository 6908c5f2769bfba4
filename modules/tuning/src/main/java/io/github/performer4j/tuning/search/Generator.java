package io.github.performer4j.tuning.search;

import io.github.performer4j.training.Rule;
import io.github.performer4j.tuning.space.Range;
import io.github.performer4j.tuning.space.SearchSpace;
import org.apache.commons.math3.random.JDKRandomGenerator;
import org.apache.commons.math3.random.RandomGenerator;
import org.apache.commons.math3.random.SynchronizedRandomGenerator;
import org.deeplearning4j.arbiter.optimize.api.CandidateGenerator;
import org.deeplearning4j.arbiter.optimize.generator.GeneticSearchCandidateGenerator;
import org.deeplearning4j.arbiter.optimize.generator.GridSearchCandidateGenerator;
import org.deeplearning4j.arbiter.optimize.generator.RandomSearchGenerator;
import org.deeplearning4j.arbiter.optimize.generator.genetic.crossover.UniformCrossover;
import org.deeplearning4j.arbiter.optimize.generator.genetic.crossover.parentselection.RandomTwoParentSelection;
import org.deeplearning4j.arbiter.optimize.generator.genetic.mutation.RandomMutationOperator;
import org.deeplearning4j.arbiter.optimize.generator.genetic.population.PopulationModel;
import org.deeplearning4j.arbiter.optimize.generator.genetic.selection.GeneticSelectionOperator;

/** How candidates are chosen. All but {@link #TPE} are Arbiter's own; costs are lower for better candidates. */
public enum Generator {
    /** Independent draws from the space. */
    RANDOM {
        @Override
        CandidateGenerator over(SearchSpace space, long seed) {
            RandomSearchGenerator random = new RandomSearchGenerator(space);
            random.setRngSeed(seed);
            return random;
        }
    },

    /**
     * All points of a grid in order, the first key fastest: every choice, and of each other range {@value #GRID_VALUES} values from end to
     * end, or all whole numbers where there are fewer.
     */
    GRID {
        @Override
        CandidateGenerator over(SearchSpace space, long seed) {
            long points = 1;
            for (int i = 0; i < space.numParameters(); i++) {
                points = Math.min(
                        MOST_POINTS + 1, points * gridValues(space.drawn(i).range()));
            }
            Rule.that(points <= MOST_POINTS, "a grid must have fewer points", "most", MOST_POINTS);
            // Arbiter's other order is drawn before a seed can be set.
            return new GridSearchCandidateGenerator(
                    space, GRID_VALUES, GridSearchCandidateGenerator.Mode.Sequential, null);
        }
    },

    /** A population of {@value #POPULATION_SIZE}, uniform crossover of two parents, mutation of each coordinate at {@value #MUTATION_RATE}. */
    GENETIC {
        @Override
        CandidateGenerator over(SearchSpace space, long seed) {
            RandomGenerator random = new SynchronizedRandomGenerator(new JDKRandomGenerator());
            random.setSeed(seed);
            return new GeneticSearchCandidateGenerator.Builder(space, new Cost())
                    .populationModel(new PopulationModel.Builder()
                            .populationSize(POPULATION_SIZE)
                            .build())
                    .selectionOperator(new GeneticSelectionOperator.Builder()
                            .randomGenerator(random)
                            .crossoverOperator(new UniformCrossover.Builder()
                                    .randomGenerator(random)
                                    .parentSelection(new RandomTwoParentSelection(random))
                                    .build())
                            .mutationOperator(new RandomMutationOperator.Builder()
                                    .mutationRate(MUTATION_RATE)
                                    .randomGenerator(random)
                                    .build())
                            .build())
                    .build();
        }
    },

    /** A model of good and bad candidates: {@link TreeParzen}. */
    TPE {
        @Override
        CandidateGenerator over(SearchSpace space, long seed) {
            return new TreeParzen(space, seed);
        }
    };

    private static final int GRID_VALUES = 5;
    private static final long MOST_POINTS = 1_000_000;
    private static final int POPULATION_SIZE = 12;
    private static final double MUTATION_RATE = 0.1;

    private static long gridValues(Range range) {
        return range instanceof Range.Choice choice
                ? choice.values().size()
                : range instanceof Range.Whole whole
                        ? Math.min(GRID_VALUES, (long) whole.max() - whole.min() + 1)
                        : GRID_VALUES;
    }

    /**
     * Makes a generator of Arbiter's kind.
     *
     * @param space where to search
     * @param seed of all its draws
     */
    abstract CandidateGenerator over(SearchSpace space, long seed);
}
