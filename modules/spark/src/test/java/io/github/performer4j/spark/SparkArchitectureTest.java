package io.github.performer4j.spark;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.syntax.ArchRuleDefinition;
import io.github.performer4j.kernels.HouseRules;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The arrows and house rules of this module, which is not on the class path of the other ones' test. */
class SparkArchitectureTest {
    private static final String ROOT = "io.github.performer4j.";
    private static final Set<String> KNOWN = Set.of("spark", "training", "checkpoint", "core", "data", "kernels");

    private static JavaClasses classes;

    @BeforeAll
    static void read() {
        classes = new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .importPackages(ROOT + "spark");
        assertThat(classes.contain(SparkTraining.class)).isTrue();
    }

    @Test
    void arrowsPointOneWay() {
        ArchRuleDefinition.classes()
                .should()
                .onlyDependOnClassesThat(DescribedPredicate.describe("are known to modules/spark", type -> {
                    String name = type.getName();
                    return !name.startsWith(ROOT)
                            || KNOWN.contains(name.substring(ROOT.length()).split("\\.")[0]);
                }))
                .check(classes);
    }

    @Test
    void itNeitherEndsTheProcessNorPrints() {
        HouseRules.ends().check(classes);
        HouseRules.prints("none").check(classes);
    }

    @Test
    void itDrawsAndFormatsByTheRules() {
        HouseRules.draws().check(classes);
        HouseRules.formats().check(classes);
    }
}
