package io.github.performer4j.cli.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.performer4j.benchmarks.Case;
import io.github.performer4j.benchmarks.EngineLoop;
import io.github.performer4j.benchmarks.Engines;
import io.github.performer4j.benchmarks.Report;
import io.github.performer4j.benchmarks.Work;
import io.github.performer4j.cli.action.Action;
import io.github.performer4j.cli.action.Version;
import java.io.IOException;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code performer bench}: measure performer4j beside its peers on this machine. */
@Command(
        name = "bench",
        description = "Measure performer4j beside its peers on this machine.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        subcommands = {
            BenchCommand.Attention.class,
            BenchCommand.Block.class,
            BenchCommand.Train.class,
            GraphsCommand.class,
            FieldsCommand.class,
            PositionsCommand.class,
            OffsetsCommand.class,
            GenerationCommand.class,
            EmbeddingCommand.class,
            BenchCommand.EngineCommand.class
        })
public final class BenchCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(),
                "a command is needed: attention, block, train, graphs, fields, positions, offsets, generate or embed");
    }

    /** One of the works. */
    @Command
    abstract static class Measured extends Action {
        @Mixin
        private BenchOptions options;

        private final Work work;

        Measured(Work work) {
            this.work = work;
        }

        @Override
        protected final ObjectNode run() throws IOException {
            Report report = options.bench(work, seed(1)).run(System::nanoTime, line -> {
                err().println(line);
                err().flush();
            });
            report.table().forEach(out()::println);
            return report.json();
        }
    }

    /** {@code performer bench attention}. */
    @Command(
            name = "attention",
            description = {
                "Attention alone, forward and with gradients to q, k and v; FAVOR+ in both directions.",
                "Each engine in a process of its own, rounds interleaved, results compared before they are timed."
            })
    static final class Attention extends Measured {
        Attention() {
            super(Work.ATTENTION);
        }
    }

    /** {@code performer bench block}. */
    @Command(
            name = "block",
            description = "One Transformer block, forward and with all gradients; FAVOR+ in both directions.")
    static final class Block extends Measured {
        Block() {
            super(Work.BLOCK);
        }
    }

    /** {@code performer bench train}. */
    @Command(
            name = "train",
            description = "A model's forward pass, and a whole training step with AdamW; FAVOR+, bidirectional.")
    static final class Train extends Measured {
        Train() {
            super(Work.TRAIN);
        }
    }

    /** Runs one engine in this process; the others start it. */
    @Command(name = EngineCommand.NAME, description = "Run one engine in this process.", hidden = true)
    static final class EngineCommand extends Action {
        static final String NAME = "engine";

        @Parameters(index = "0", paramLabel = "ENGINE", description = "Name of the engine.")
        private String engine;

        @Parameters(index = "1", arity = "0..1", paramLabel = "CASE", description = "The case as JSON.")
        private String sizes;

        @Parameters(index = "2", arity = "0..1", paramLabel = "FOLDER", description = "Where its inputs lie.")
        private Path inputs;

        @Override
        protected ObjectNode run() throws IOException {
            Case read = sizes == null ? null : Case.fromJson(sizes);
            EngineLoop.run(new Engines(engine, read, inputs), System.in, out());
            return null;
        }
    }
}
