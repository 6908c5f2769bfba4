package io.github.performer4j.cli.options;

import java.util.Objects;
import java.util.Stack;
import picocli.CommandLine.IParameterConsumer;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.OverwrittenOptionException;

/**
 * Takes a text option's value letter by letter, although it may look like an option: {@code --prompt=--help}, {@code
 * --prompt "-5 degrees"}.
 */
public final class Verbatim implements IParameterConsumer {
    @Override
    public void consumeParameters(Stack<String> args, ArgSpec argument, CommandSpec command) {
        String name = ((OptionSpec) argument).longestName();
        if (args.isEmpty()) {
            throw new MissingParameterException(
                    command.commandLine(), argument, "Missing required parameter for option '" + name + "'");
        }
        if (!Objects.equals(argument.getValue(), argument.initialValue())) {
            throw new OverwrittenOptionException(
                    command.commandLine(), argument, "option '" + name + "' should be specified only once");
        }
        argument.setValue(args.pop());
    }
}
