package io.github.performer4j.kernels;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget.CodeUnitAccessTarget;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.lang.ArchRule;
import java.text.DecimalFormatSymbols;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;

/** The house rules on exits, printing, randomness and locales, for the tests of modules that cannot be on one class path. */
public final class HouseRules {
    private HouseRules() {}

    /** Only these classes end the process. */
    public static ArchRule ends(String... names) {
        return noClasses()
                .that(DescribedPredicate.describe(
                        "are not " + String.join(", ", names),
                        type -> !Set.of(names).contains(type.getName())))
                .should()
                .accessTargetWhere(target(
                        "exit, halt",
                        t -> t.getOwner().isAssignableTo(Runtime.class)
                                        && (t.getName().equals("exit")
                                                || t.getName().equals("halt"))
                                || t.getOwner().isEquivalentTo(System.class)
                                        && t.getName().equals("exit")));
    }

    /** Only a class and the classes of these packages print. */
    public static ArchRule prints(String name, String... packages) {
        return noClasses()
                .that()
                .resideOutsideOfPackages(packages)
                .and()
                .doNotHaveFullyQualifiedName(name)
                .should()
                .accessField(System.class, "out")
                .orShould()
                .accessField(System.class, "err")
                .orShould()
                .accessTargetWhere(target(
                        "printStackTrace()",
                        t -> t.getName().equals("printStackTrace")
                                && t.getRawParameterTypes().isEmpty()));
    }

    /** Every draw has a seed, but for those of these classes. */
    public static ArchRule draws(String... names) {
        return noClasses()
                .that(DescribedPredicate.describe(
                        "are not " + String.join(", ", names),
                        type -> !Set.of(names).contains(type.getName())))
                .should()
                .accessTargetWhere(target("unseeded randomness", HouseRules::unseeded))
                .orShould()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.util.concurrent.ThreadLocalRandom")
                .orShould()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.security.SecureRandom");
    }

    /** A format with the digits of the user's language is found by no program, ours included. */
    public static ArchRule formats() {
        return noClasses().should().accessTargetWhere(target("the default locale", HouseRules::ofTheDefaultLocale));
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
                        .anyMatch(type -> type.getName().equals("org.nd4j.linalg.api.rng.Random"));
                return name.equals("getRandom") || name.startsWith("rand") && !seeded;
            case "org.nd4j.autodiff.samediff.ops.SDRandom":
                return true;
            default:
                return false;
        }
    }

    /** Calls and method references alike. */
    private static DescribedPredicate<JavaAccess<?>> target(
            String description, Predicate<CodeUnitAccessTarget> predicate) {
        return DescribedPredicate.describe(
                description,
                access -> access.getTarget() instanceof CodeUnitAccessTarget target && predicate.test(target));
    }
}
