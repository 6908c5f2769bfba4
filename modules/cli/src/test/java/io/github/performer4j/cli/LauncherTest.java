package io.github.performer4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * The script {@code performer}, in a house of its own with a Java that only says what it is and prints its arguments, and a Maven that
 * fails: nothing is built and no JVM starts.
 */
@DisabledOnOs(OS.WINDOWS)
class LauncherTest {
    private static final Path SCRIPT = Path.of("..", "..", "performer");

    @TempDir
    Path folder;

    private Path house;
    private Path jar;
    private Path bin;

    @BeforeEach
    void build() throws IOException {
        house = Files.createDirectories(folder.resolve("a house"));
        String text = Files.readString(SCRIPT);
        assertThat(text).contains("\nproc=/proc\n", "\ncgroups=/sys/fs/cgroup\n");
        Files.writeString(
                house.resolve("performer"),
                text.replace("\nproc=/proc\n", "\nproc='" + folder + "/proc'\n")
                        .replace("\ncgroups=/sys/fs/cgroup\n", "\ncgroups='" + folder + "/cgroup'\n"));
        machine(4);
        Files.writeString(house.resolve("pom.xml"), "<project/>");
        Files.createDirectories(house.resolve("models/presets"));
        Files.createDirectories(house.resolve("modules/cli/target/lib"));
        Files.createDirectories(house.resolve("modules/cli/target/app-7"));
        Path source = Files.createDirectories(house.resolve("modules/core/src/main/java"));
        Files.writeString(source.resolve("A.java"), "class A {}");
        jar = Files.createFile(house.resolve("modules/cli/target/app-7/performer4j-cli-1.jar"));
        Files.setLastModifiedTime(jar, FileTime.fromMillis(System.currentTimeMillis() + 60_000));
        bin = Files.createDirectories(folder.resolve("bin"));
        script(bin.resolve("mvn"), "echo 'BUILD FAILURE: no network'; exit 1");
    }

    @Test
    void flagsAreThoseThatTheFoundJavaKnows() throws IOException, InterruptedException {
        assertThat(run(java("17", "amd64"), "info").out())
                .contains("-Xmx1024m", "-Djava.awt.headless=true")
                .doesNotContain("--enable-native-access", "--sun-misc-unsafe-memory-access");
        assertThat(run(java("22", "amd64"), "info").out())
                .contains("--enable-native-access=ALL-UNNAMED")
                .doesNotContain("--sun-misc-unsafe-memory-access");
        assertThat(run(java("25", "amd64"), "info").out())
                .contains("--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow");
    }

    @Test
    void argumentsKeepTheirSpacesAndTheHouseIsFoundThroughALink() throws IOException, InterruptedException {
        Path link = Files.createSymbolicLink(folder.resolve("a link"), house.resolve("performer"));
        Result result = run(
                java("21", "amd64"), Map.of("PERFORMER_OPTS", "-Xmx9g -Da=b"), link, "fill", "--sequence", "A B", "");
        assertThat(result.code()).isZero();
        assertThat(result.out().lines())
                .containsSubsequence(
                        "<-Xmx1024m>",
                        "<-Xmx9g>",
                        "<-Da=b>",
                        "<-cp>",
                        "<" + jar.toRealPath().getParent() + "/*:"
                                + jar.toRealPath().getParent().resolveSibling("lib") + "/*>",
                        "<-Dperformer4j.home=" + house.toRealPath() + ">",
                        "<io.github.performer4j.cli.Main>",
                        "<fill>",
                        "<--sequence>",
                        "<A B>",
                        "<>");
        assertThat(result.out()).contains("OMP_NUM_THREADS=1").contains("OPENBLAS_NUM_THREADS=1");
    }

    /** A quarter, a half and four fifths; on a small machine what quickstart needs. */
    /** The part that uses Spark is built when it is first wanted, and no other command asks for it. */
    @Test
    void sparkIsBuiltWhenItIsWantedAndItsJarsComeLast() throws IOException, InterruptedException {
        Path script = house.resolve("performer");
        Path java = java("17", "amd64");
        script(java.resolve("bin/javac"), "exit 0");
        Map<String, String> spark = Map.of("SPARK_HOME", "/opt/a spark");
        assertThat(run(java, spark, script, "train").out()).doesNotContain("/opt/a spark", "--add-opens");
        assertThat(run(java, Map.of(), script, "spark-train").out()).contains("/lib/*>");
        script(bin.resolve("mvn"), """
                echo "$*"
                mkdir -p modules/cli/target/lib modules/spark/target/lib
                for jar in cli/target/performer4j-cli cli/target/lib/performer4j-core spark/target/performer4j-spark spark/target/lib/module-scala; do
                  echo built > modules/$jar-1.jar
                done
                """);
        Result first = run(java, spark, script, "spark-train");
        assertThat(first.code()).as(first.err()).isZero();
        assertThat(Files.readString(house.resolve("modules/cli/target/performer-build.log")))
                .isEqualTo("-q -B -DskipTests package -pl modules/cli,modules/spark -am\n");
        assertThat(first.out())
                .contains("/lib/*:/opt/a spark/jars/*>", "<--add-opens=java.base/sun.nio.ch=ALL-UNNAMED>");
        try (java.util.stream.Stream<Path> files = Files.walk(house.resolve("modules/cli/target"))) {
            assertThat(files.map(file -> file.getFileName().toString())
                            .filter(name -> name.endsWith("spark-1.jar") || name.endsWith("scala-1.jar")))
                    .containsExactlyInAnyOrder("performer4j-spark-1.jar", "module-scala-1.jar");
        }
        assertThat(run(java, spark, script, "spark-eval").err()).isEmpty(); // built already
    }

    @Test
    void memoryIsSharedByAStatedRule() throws IOException, InterruptedException {
        assertMemory(1024, 2500, 4096);
        machine(2);
        assertMemory(1024, 2500, 4096);
        machine(24);
        assertMemory(6144, 12288, 19660);
        Files.delete(folder.resolve("proc/meminfo"));
        assertMemory(1024, 2500, 4096);
    }

    /**
     * Version 2: the limit of the group or of one above it, whichever is least; the file of a container's root stands
     * at the mount's own.
     */
    @Test
    void memoryIsThatOfTheControlGroup() throws IOException, InterruptedException {
        machine(24);
        text("proc/self/cgroup", "0::/a/b\n");
        text("cgroup/a/b/memory.max", "max\n");
        assertMemory(6144, 12288, 19660);
        text("cgroup/a/memory.max", 12L * (1 << 30) + "\n");
        assertMemory(3072, 6144, 9830);
        text("cgroup/a/b/memory.max", 8L * (1 << 30) + "\n");
        assertMemory(2048, 4096, 6553);
        text("proc/self/cgroup", "0::/\n");
        text("cgroup/memory.max", 16L * (1 << 30) + ""); // without an end of line
        assertMemory(4096, 8192, 13107);
        text("cgroup/memory.max", 48L * (1 << 30) + "\n");
        assertMemory(6144, 12288, 19660);
    }

    /** Version 1: no limit is a number near 2^63, and a host's path may be out of sight in a container. */
    @Test
    void memoryIsThatOfTheFirstVersionsControlGroup() throws IOException, InterruptedException {
        machine(24);
        text("proc/self/cgroup", "5:devices:/\n4:cpu,memory:/docker/x:y\n1:name=systemd:/\n0::/\n");
        text("cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n");
        assertMemory(6144, 12288, 19660);
        text("cgroup/memory/memory.limit_in_bytes", 8L * (1 << 30) + "\n");
        assertMemory(2048, 4096, 6553);
        text("cgroup/memory/docker/x:y/memory.limit_in_bytes", 6L * (1 << 30) + "\n");
        assertMemory(1536, 3072, 4915);
    }

    /**
     * Where the locale knows ASCII alone, names of files and prompts would be lost; any other locale is the user's
     * choice.
     */
    @Test
    void aLocaleOfUnicodeIsFoundWhereNoneIsSet() throws IOException, InterruptedException {
        Path java = java("17", "amd64");
        Path script = house.resolve("performer");
        assertThat(run(java, "info").out()).contains("LC_ALL=C.UTF-8\n");
        assertThat(run(java, Map.of("LC_ALL", "C"), script, "info").out()).contains("LC_ALL=C.UTF-8\n");
        assertThat(run(java, Map.of("LC_ALL", "POSIX", "LANG", "fa_IR.UTF-8"), script, "info")
                        .out())
                .contains("LC_ALL=C.UTF-8\n");
        assertThat(run(java, Map.of("LANG", "de_DE.UTF-8"), script, "info").out())
                .contains("LC_ALL=\n");
        assertThat(run(java, Map.of("LC_ALL", "fr_FR.ISO-8859-1"), script, "info")
                        .out())
                .contains("LC_ALL=fr_FR.ISO-8859-1\n");
    }

    /** Only the launcher can tell the program that its results go to a file. */
    @Test
    void resultsToAFileAreNotForAScreen() throws IOException, InterruptedException {
        assertThat(run(java("17", "amd64"), "info").out()).contains("<-Dperformer4j.output=redirected>");
    }

    @Test
    void anOldJavaIsRefused() throws IOException, InterruptedException {
        Path old = java("1.8", "amd64");
        Result result = run(old, "info");
        assertThat(result.code()).isEqualTo(2);
        assertThat(result.err())
                .startsWith("performer: needs a JDK 17 or later; found: " + old.resolve("bin/java") + " (Java 8);")
                .hasLineCount(1);
    }

    @Test
    void anArmProcessorIsRefused() throws IOException, InterruptedException {
        Result result = run(java("21", "aarch64"), "info");
        assertThat(result.code()).isEqualTo(2);
        assertThat(result.err())
                .startsWith("performer: ND4J has no binary for this processor in this build; os.arch=aarch64")
                .hasLineCount(1);
    }

    @Test
    void aNewerSourceBuildsAndAFailureShowsTheLogsTail() throws IOException, InterruptedException {
        Path java = java("21", "amd64");
        script(java.resolve("bin/javac"), "exit 0");
        Path source = house.resolve("modules/core/src/main/java/A.java");
        Files.setLastModifiedTime(source, FileTime.fromMillis(System.currentTimeMillis() + 120_000));
        Result result = run(java, "info");
        assertThat(result.code()).isEqualTo(1);
        assertThat(result.out()).isEmpty();
        assertThat(result.err())
                .contains(
                        "performer: building",
                        "BUILD FAILURE: no network",
                        "performer: the build failed; the whole log: ");
    }

    @Test
    void aBuildIsRunFromACopyAndIsNotRepeated() throws IOException, InterruptedException {
        Path java = java("21", "amd64");
        script(java.resolve("bin/javac"), "exit 0");
        Path target = house.toRealPath().resolve("modules/cli/target");
        Files.delete(jar);
        Files.createFile(target.resolve("lib/old-1.jar"));
        script(bin.resolve("mvn"), """
                echo "built with $JAVA_HOME: $*"
                mkdir modules/cli/target/lib
                echo built > modules/cli/target/performer4j-cli-1.jar
                echo built > modules/cli/target/lib/performer4j-core-1.jar
                """);
        Result first = run(java, "info");
        assertThat(first.code()).as(first.err()).isZero();
        assertThat(first.err()).startsWith("performer: building (").hasLineCount(1);
        assertThat(Files.readString(target.resolve("performer-build.log")))
                .isEqualTo("built with " + java + ": -q -B -DskipTests package -pl modules/cli -am\n");
        assertThat(first.out()).containsPattern("<" + target + "/app-\\d+/\\*:" + target + "/lib/\\*>");
        assertThat(target.resolve("lib/old-1.jar")).doesNotExist();
        try (java.util.stream.Stream<Path> files = Files.list(target)) {
            assertThat(files.filter(file -> file.getFileName().toString().startsWith("app-")))
                    .singleElement()
                    .satisfies(app ->
                            assertThat(app.resolve("performer4j-core-1.jar")).exists());
        }
        assertThat(run(java, "info").err()).isEmpty();
    }

    @Test
    void aNewerTestIsNoReasonToBuild() throws IOException, InterruptedException {
        Path test = Files.createDirectories(house.resolve("modules/core/src/test/java"))
                .resolve("ATest.java");
        Files.writeString(test, "class ATest {}");
        Files.setLastModifiedTime(test, FileTime.fromMillis(System.currentTimeMillis() + 120_000));
        assertThat(run(java("21", "amd64"), "info").code()).isZero();
    }

    private void machine(long gib) throws IOException {
        text("proc/meminfo", "MemTotal:       " + gib * 1024 * 1024 + " kB\nMemFree:        123 kB\n");
    }

    private void text(String file, String content) throws IOException {
        Path path = folder.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, content);
    }

    private void assertMemory(int heap, int counted, int process) throws IOException, InterruptedException {
        assertThat(run(java("17", "amd64"), "info").out().lines())
                .contains(
                        "<-Xmx" + heap + "m>",
                        "<-Dorg.bytedeco.javacpp.maxbytes=" + counted + "m>",
                        "<-Dorg.bytedeco.javacpp.maxphysicalbytes=" + process + "m>");
    }

    private record Result(int code, String out, String err) {}

    private Result run(Path java, String... args) throws IOException, InterruptedException {
        return run(java, Map.of(), house.resolve("performer"), args);
    }

    private Result run(Path java, Map<String, String> more, Path script, String... args)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("/bin/sh", script.toString()));
        command.addAll(List.of(args));
        Path out = folder.resolve("out.txt");
        Path err = folder.resolve("err.txt");
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
        Map<String, String> environment = builder.environment();
        environment
                .keySet()
                .removeAll(List.of(
                        "PERFORMER_OPTS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "LC_ALL", "LC_CTYPE", "LANG"));
        environment.put("JAVA_HOME", java.toString());
        environment.put("PATH", bin + ":" + withoutJava());
        environment.putAll(more);
        int code = builder.start().waitFor();
        return new Result(
                code, Files.readString(out, StandardCharsets.UTF_8), Files.readString(err, StandardCharsets.UTF_8));
    }

    /** A folder with the few tools that the script calls, so that the machine's own Java is out of sight. */
    private Path withoutJava() throws IOException {
        Path tools = Files.createDirectories(folder.resolve("tools"));
        for (String tool :
                List.of("sed", "head", "tail", "dirname", "readlink", "find", "mkdir", "touch", "rm", "cp")) {
            for (String place : List.of("/usr/bin", "/bin")) {
                Path real = Path.of(place, tool);
                if (Files.exists(real) && !Files.exists(tools.resolve(tool))) {
                    script(tools.resolve(tool), "exec " + real + " \"$@\"");
                }
            }
        }
        return tools;
    }

    private Path java(String version, String arch) throws IOException {
        Path home = Files.createDirectories(folder.resolve("java " + version + " " + arch));
        Files.createDirectories(home.resolve("bin"));
        script(home.resolve("bin/java"), """
                if [ "$1" = -XshowSettings:properties ]; then
                  echo '    java.home = %s' >&2
                  echo '    java.specification.version = %s' >&2
                  echo '    os.arch = %s' >&2
                  echo '    os.name = Linux' >&2
                  case ${LC_ALL:-$LANG} in
                    *.UTF-8) echo '    sun.jnu.encoding = UTF-8' >&2 ;;
                    *.ISO-8859-1) echo '    sun.jnu.encoding = ISO-8859-1' >&2 ;;
                    *) echo '    sun.jnu.encoding = ANSI_X3.4-1968' >&2 ;;
                  esac
                  exit 0
                fi
                echo "LC_ALL=${LC_ALL:-}"
                echo "OMP_NUM_THREADS=$OMP_NUM_THREADS OPENBLAS_NUM_THREADS=$OPENBLAS_NUM_THREADS"
                for a in "$@"; do echo "<$a>"; done
                """.formatted(home, version, arch));
        return home;
    }

    private static void script(Path file, String body) throws IOException {
        Files.writeString(file, "#!/bin/sh\n" + body + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}
