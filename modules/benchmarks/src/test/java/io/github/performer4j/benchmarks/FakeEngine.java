package io.github.performer4j.benchmarks;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;

/** An engine that computes nothing: its results are all one number, and it writes down what it was asked. */
final class FakeEngine implements EngineWork {
    private final String name;
    private final String manner;
    private final Case sizes;
    private final Path diary;
    private int passes;

    private FakeEngine(String[] args) {
        name = args[0];
        manner = args[1];
        sizes = Case.fromJson(args[2]);
        diary = Path.of(args[3]);
    }

    public static void main(String[] args) throws IOException {
        FakeEngine engine = new FakeEngine(args);
        if (engine.manner.equals("cannot load")) {
            System.err.println("some warning\nthe last line\n");
            throw new IllegalStateException("not this one, on a line with a stack");
        }
        if (engine.manner.equals("chatty")) {
            System.out.println("3"); // as libraries do while they load
        }
        EngineLoop.run(() -> engine, System.in, new PrintWriter(System.out, true, StandardCharsets.UTF_8));
    }

    /** Returns how to start one that behaves in a manner: {@code good}, {@code chatty}, {@code wrong}, {@code dies} or {@code cannot load}. */
    static EngineCommand command(String name, String manner, Case sizes, Path diary) {
        JavaProcess java = new JavaProcess(List.of(), List.of(FakeEngine.class.getName()));
        return new EngineCommand(
                java.command(List.of(), "", List.of(name, manner, sizes.toJson(), diary.toString())), Map.of());
    }

    @Override
    public void forward() {
        write("forward");
    }

    @Override
    public void backward() {
        write("backward");
        if (manner.equals("dies") && ++passes == 3) {
            throw new IllegalStateException("it broke");
        }
    }

    @Override
    public void check(Path folder) throws IOException {
        float value = manner.equals("wrong") ? 1.001f : 1;
        for (Outputs.Output output : Outputs.of(sizes)) {
            TensorFiles.write(TensorFiles.file(folder, output.name()), output.length(), (offset, values, n) -> {
                java.util.Arrays.fill(values, 0, n, value);
            });
        }
    }

    private void write(String what) {
        try {
            Files.writeString(diary, name + " " + what + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
