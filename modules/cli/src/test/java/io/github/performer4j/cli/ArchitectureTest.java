package io.github.performer4j.cli;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget.CodeUnitAccessTarget;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.github.performer4j.cli.action.StopSignal;
import io.github.performer4j.gpu.verify.Verify;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.DecimalFormatSymbols;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
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
        noClasses()
                .that()
                .doNotHaveFullyQualifiedName(Main.class.getName())
                .and()
                .doNotHaveFullyQualifiedName(StopSignal.class.getName())
                .and()
                .doNotHaveFullyQualifiedName(
                        Verify.class.getName()) // a program of its own, which goes to machines without this one
                .should()
                .accessTargetWhere(target(
                        "exit, halt",
                        t -> t.getOwner().isAssignableTo(Runtime.class)
                                        && (t.getName().equals("exit")
                                                || t.getName().equals("halt"))
                                || t.getOwner().isEquivalentTo(System.class)
                                        && t.getName().equals("exit")))
                .check(classes);
    }

    @Test
    void onlyTheCommandLinePrints() {
        noClasses()
                .that()
                .resideOutsideOfPackages(ROOT + "cli..", ROOT + "benchmarks..")
                .and()
                .doNotHaveFullyQualifiedName(Verify.class.getName())
                .should()
                .accessField(System.class, "out")
                .orShould()
                .accessField(System.class, "err")
                .orShould()
                .accessTargetWhere(target(
                        "printStackTrace()",
                        t -> t.getName().equals("printStackTrace")
                                && t.getRawParameterTypes().isEmpty()))
                .check(classes);
    }

    @Test
    void everyDrawHasASeed() {
        noClasses()
                .that()
                .doNotHaveFullyQualifiedName(INITIAL_WEIGHTS)
                .should()
                .accessTargetWhere(target("unseeded randomness", ArchitectureTest::unseeded))
                .orShould()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.util.concurrent.ThreadLocalRandom")
                .orShould()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.security.SecureRandom")
                .check(classes);
    }

    /** A format with the digits of the user's language is found by no program, ours included. */
    @Test
    void everyFormatIsLocaleFree() {
        noClasses()
                .should()
                .accessTargetWhere(target("the default locale", ArchitectureTest::ofTheDefaultLocale))
                .check(classes);
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

    private static boolean ofTheDefaultLocale(CodeUnitAccessTarget target) {
        boolean told = target.getRawParameterTypes().stream()
                .anyMatch(type -> type.isEquivalentTo(Locale.class) || type.isEquivalentTo(DecimalFormatSymbols.class));
        if (told) {
            return false;
        }
        String name = target.getName();
        return switch (target.getOwner().getName()) {
            case "java.lang.String" ->
                Set.of("format", "formatted", "toLowerCase", "toUpperCase").contains(name);
            case "java.io.PrintStream", "java.io.PrintWriter", "java.io.Console" ->
                Set.of("format", "printf").contains(name);
            case "java.util.Formatter", "java.util.Scanner" -> name.equals("<init>");
            case "java.util.Locale" -> name.equals("getDefault");
            case "java.time.format.DateTimeFormatter" -> name.equals("ofPattern") || name.startsWith("ofLocalized");
            default ->
                target.getOwner().getPackageName().equals("java.text")
                        && (name.equals("<init>") || name.startsWith("get") && name.endsWith("Instance"));
        };
    }

    private static boolean unseeded(CodeUnitAccessTarget target) {
        String owner = target.getOwner().getName();
        String name = target.getName();
        int parameters = target.getRawParameterTypes().size();
        switch (owner) {
            case "java.util.Random", "java.util.SplittableRandom":
                return name.equals("<init>") && parameters == 0;
            case "java.lang.Math", "java.lang.StrictMath":
                return name.equals("random");
            case "java.util.UUID":
                return name.equals("randomUUID");
            case "java.util.Collections":
                return name.equals("shuffle") && parameters == 1;
            case "org.nd4j.linalg.factory.Nd4j":
                // the generator of the whole process, and every draw that does not take one of its own
                boolean seeded = target.getRawParameterTypes().stream()
                        .anyMatch(type -> type.isEquivalentTo(org.nd4j.linalg.api.rng.Random.class));
                return name.equals("getRandom") || name.startsWith("rand") && !seeded;
            case "org.nd4j.autodiff.samediff.ops.SDRandom":
                return true;
            default:
                return false;
        }
    }

    private static String module(JavaClass type) {
        if (!type.getPackageName().startsWith(ROOT)) {
            return "";
        }
        String rest = type.getPackageName().substring(ROOT.length());
        int dot = rest.indexOf('.');
        return dot < 0 ? rest : rest.substring(0, dot);
    }

    /** Calls and method references alike. */
    private static DescribedPredicate<JavaAccess<?>> target(
            String description, Predicate<CodeUnitAccessTarget> predicate) {
        return DescribedPredicate.describe(
                description,
                access -> access.getTarget() instanceof CodeUnitAccessTarget target && predicate.test(target));
    }
}
