package io.github.performer4j.cli;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.github.performer4j.cli.action.StopSignal;
import io.github.performer4j.gpu.verify.Verify;
import io.github.performer4j.kernels.HouseRules;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The arrows of docs/architecture.md, and the house rules on exits, printing and randomness. */
class ArchitectureTest {
    private static final String ROOT = "io.github.performer4j.";

    /** Module → modules it may know; the tree of docs/architecture.md, transitive arrows written out. */
    private static final Map<String, Set<String>> ARROWS = Map.ofEntries(
            Map.entry("kernels", Set.of()),
            Map.entry("core", Set.of("kernels")),
            Map.entry("gpu", Set.of("core", "kernels")),
            Map.entry("data", Set.of("kernels")),
            Map.entry("checkpoint", Set.of("core", "data", "kernels")),
            Map.entry("training", Set.of("checkpoint", "core", "data", "kernels")),
            Map.entry("tuning", Set.of("training", "checkpoint", "core", "data", "kernels")),
            Map.entry("studies", Set.of("core", "kernels")),
            Map.entry("benchmarks", Set.of("core", "kernels")),
            Map.entry(
                    "cli",
                    Set.of(
                            "tuning",
                            "gpu",
                            "studies",
                            "benchmarks",
                            "training",
                            "checkpoint",
                            "core",
                            "data",
                            "kernels")));

    /** Draws in Deeplearning4j's init(), which seeds the process' generator with the configuration's seed right before. */
    private static final String INITIAL_WEIGHTS = ROOT + "core.draw.NormalTable";

    private static JavaClasses classes;

    @BeforeAll
    static void read() {
        classes = new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .importPackages("io.github.performer4j");
    }

    @Test
    void arrowsPointOneWay() {
        Set<String> wrong = new TreeSet<>();
        for (JavaClass origin : classes) {
            String from = module(origin);
            assertThat(ARROWS).as("module of %s", origin.getName()).containsKey(from);
            origin.getDirectDependenciesFromSelf().forEach(dependency -> {
                JavaClass target = dependency.getTargetClass();
                String to = module(target);
                if (!to.isEmpty() && !to.equals(from) && !ARROWS.get(from).contains(to)) {
                    wrong.add(from + " -> " + to + ": " + dependency.getDescription());
                }
            });
        }
        assertThat(wrong).isEmpty();
    }

    /** An import that found nothing would let every rule pass. */
    @Test
    void theModulesAreThere() {
        Set<String> found = new TreeSet<>();
        classes.forEach(type -> found.add(module(type)));
        assertThat(found).contains("kernels", "core", "gpu", "data", "checkpoint", "training", "studies", "cli");
    }

    @Test
    void kernelsDoNotKnowDeeplearning4j() {
        noClasses()
                .that()
                .resideInAPackage(ROOT + "kernels..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.deeplearning4j..", "org.nd4j..", "org.datavec..")
                .check(classes);
    }

    @Test
    void onlyMainAndASecondSignalEndTheProcess() {
        // Verify is a program of its own, which goes to machines without this one.
        HouseRules.ends(Main.class.getName(), StopSignal.class.getName(), Verify.class.getName())
                .check(classes);
    }

    @Test
    void onlyTheCommandLinePrints() {
        HouseRules.prints(Verify.class.getName(), ROOT + "cli..", ROOT + "benchmarks..")
                .check(classes);
    }

    @Test
    void everyDrawHasASeed() {
        HouseRules.draws(INITIAL_WEIGHTS).check(classes);
    }

    @Test
    void everyFormatIsLocaleFree() {
        HouseRules.formats().check(classes);
    }

    /** The examples are built after this module, so their sources are looked at. */
    @Test
    void everyFormatOfTheExamplesIsLocaleFree() throws IOException {
        Pattern format = Pattern.compile(
                "(String\\.format|\\.printf|\\.formatted|\\.to(Lower|Upper)Case)\\(\\s*+(?!Locale\\.ROOT)");
        List<Path> sources;
        try (Stream<Path> files = Files.walk(Path.of("../../examples/src/main/java"))) {
            sources = files.filter(file -> file.toString().endsWith(".java")).toList();
        }
        assertThat(sources)
                .isNotEmpty()
                .allSatisfy(file -> assertThat(
                                format.matcher(Files.readString(file)).results().map(MatchResult::group))
                        .isEmpty());
    }

    private static String module(JavaClass type) {
        if (!type.getPackageName().startsWith(ROOT)) {
            return "";
        }
        String rest = type.getPackageName().substring(ROOT.length());
        int dot = rest.indexOf('.');
        return dot < 0 ? rest : rest.substring(0, dot);
    }
}
