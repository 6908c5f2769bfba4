package io.github.performer4j.cli;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The arrows between the packages of one module: each knows those behind it, and none knows one before it. */
class PackageArrowsTest {
    private static final String ROOT = "io.github.performer4j.";

    /** Module → its packages, those that know others first. */
    private static final Map<String, List<String>> ORDER = Map.of(
            "kernels",
            List.of(
                    "kernels.vector",
                    "kernels",
                    "kernels.exact",
                    "kernels.attention",
                    "kernels.layer",
                    "kernels.field",
                    "kernels.graph",
                    "kernels.mask",
                    "kernels.product",
                    "kernels.machine",
                    "kernels.math",
                    "kernels.memory"),
            "core",
            List.of(
                    "core.model",
                    "core.net",
                    "core.export",
                    "core.task",
                    "core.layer",
                    "core.table",
                    "core.loss",
                    "core.sides",
                    "core.schedule",
                    "core.base",
                    "core.cpu",
                    "core.workspace",
                    "core.samediff",
                    "core.engine",
                    "core.program",
                    "core.state",
                    "core.draw",
                    "core.attention",
                    "core.feature",
                    "core.graph"),
            "data",
            List.of(
                    "data.made",
                    "data.datavec",
                    "data",
                    "data.rows",
                    "data.read",
                    "data.split",
                    "data.structure",
                    "data.graph",
                    "data.example",
                    "data.token",
                    "data.text",
                    "data.fasta",
                    "data.files"),
            "training",
            List.of(
                    "training.compare",
                    "training.convert",
                    "training.report",
                    "training.run",
                    "training.watch",
                    "training.step",
                    "training.batch",
                    "training.task",
                    "training.score",
                    "training"),
            "gpu",
            List.of("gpu.verify", "gpu", "gpu.program", "gpu.device"),
            "tuning",
            List.of("tuning.layer", "tuning.report", "tuning.search", "tuning.space"),
            "cli",
            List.of(
                    "cli",
                    "cli.bench",
                    "cli.compare",
                    "cli.tune",
                    "cli.spark",
                    "cli.explain",
                    "cli.predict",
                    "cli.data",
                    "cli.command",
                    "cli.kernels",
                    "cli.ui",
                    "cli.action",
                    "cli.options",
                    "cli.show"));

    private static JavaClasses classes;

    @BeforeAll
    static void read() {
        classes = new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .importPackages("io.github.performer4j");
    }

    @ParameterizedTest
    @ValueSource(strings = {"kernels", "core", "data", "training", "gpu", "tuning", "cli"})
    void noPackageKnowsOneBeforeIt(String module) {
        List<String> order = ORDER.get(module);
        Set<String> found = new TreeSet<>();
        Set<String> wrong = new TreeSet<>();
        for (JavaClass origin : inside(module)) {
            String from = name(origin);
            found.add(from);
            origin.getDirectDependenciesFromSelf().forEach(dependency -> {
                int to = order.indexOf(name(dependency.getTargetClass()));
                if (to >= 0 && to < order.indexOf(from)) {
                    wrong.add(dependency.getDescription());
                }
            });
        }
        assertThat(found).containsExactlyInAnyOrderElementsOf(order);
        assertThat(wrong).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"kernels", "core", "data", "training", "gpu", "tuning", "cli"})
    void packagesKnowEachOtherOneWay(String module) {
        slices().matching(ROOT + "(**)").should().beFreeOfCycles().check(inside(module));
    }

    private static JavaClasses inside(String module) {
        return classes.that(resideInAPackage(ROOT + module + ".."));
    }

    /** Of arrays the package of what they hold. */
    private static String name(JavaClass type) {
        String name = type.getBaseComponentType().getPackageName();
        return name.startsWith(ROOT) ? name.substring(ROOT.length()) : "";
    }
}
