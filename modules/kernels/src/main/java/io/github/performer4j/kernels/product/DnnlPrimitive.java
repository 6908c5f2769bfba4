package io.github.performer4j.kernels.product;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SCRATCHPAD;
import static org.bytedeco.dnnl.global.dnnl.dnnl_cpu;
import static org.bytedeco.dnnl.global.dnnl.dnnl_engine_create;
import static org.bytedeco.dnnl.global.dnnl.dnnl_memory_create;
import static org.bytedeco.dnnl.global.dnnl.dnnl_memory_desc_get_size;
import static org.bytedeco.dnnl.global.dnnl.dnnl_memory_destroy;
import static org.bytedeco.dnnl.global.dnnl.dnnl_primitive_create;
import static org.bytedeco.dnnl.global.dnnl.dnnl_primitive_desc_query_md;
import static org.bytedeco.dnnl.global.dnnl.dnnl_primitive_execute;
import static org.bytedeco.dnnl.global.dnnl.dnnl_query_scratchpad_md;
import static org.bytedeco.dnnl.global.dnnl.dnnl_stream_create;
import static org.bytedeco.dnnl.global.dnnl.dnnl_stream_default_flags;
import static org.bytedeco.dnnl.global.dnnl.dnnl_success;

import io.github.performer4j.kernels.memory.Scratch;
import org.bytedeco.dnnl.dnnl_engine;
import org.bytedeco.dnnl.dnnl_exec_arg_t;
import org.bytedeco.dnnl.dnnl_memory;
import org.bytedeco.dnnl.dnnl_memory_desc;
import org.bytedeco.dnnl.dnnl_primitive;
import org.bytedeco.dnnl.dnnl_primitive_desc;
import org.bytedeco.dnnl.dnnl_stream;
import org.bytedeco.javacpp.Pointer;

/**
 * One of oneDNN's primitives: code that was made for one shape. It keeps nothing between runs, so any number of threads may
 * run it at once, each with scratch memory of its own.
 */
final class DnnlPrimitive {
    /** An operand: what it is to the primitive, and how it lies. */
    record Operand(int argument, dnnl_memory_desc layout) {}

    /** The processor, as the library has it: made when it is first asked for. */
    private static final class Processor {
        private static final dnnl_engine ENGINE = new dnnl_engine();

        static {
            check(dnnl_engine_create(ENGINE, dnnl_cpu, 0), "make an engine");
        }
    }

    /** A thread's stream and list of arguments. */
    private static final class Caller {
        private static final int MOST = 4;
        private static final ThreadLocal<Caller> MINE = ThreadLocal.withInitial(Caller::new);

        private final dnnl_stream stream = new dnnl_stream();
        private final dnnl_exec_arg_t arguments = new dnnl_exec_arg_t(MOST);
        private final dnnl_memory[] memories = new dnnl_memory[MOST];

        private Caller() {
            check(dnnl_stream_create(stream, engine(), dnnl_stream_default_flags), "make a stream");
        }
    }

    private final dnnl_primitive primitive = new dnnl_primitive();
    private final Operand[] operands; // scratch memory is the last
    private final int scratch;

    /**
     * Makes the code.
     *
     * @param description of the primitive; scratch memory is the caller's
     * @param operands in the order of {@link #run}'s memory, at most three
     */
    DnnlPrimitive(dnnl_primitive_desc description, Operand... operands) {
        check(dnnl_primitive_create(primitive, description), "make a primitive");
        dnnl_memory_desc own = dnnl_primitive_desc_query_md(description, dnnl_query_scratchpad_md, 0);
        scratch = Math.toIntExact(own == null ? 0 : floats(own));
        this.operands = java.util.Arrays.copyOf(operands, operands.length + 1);
        this.operands[operands.length] = new Operand(DNNL_ARG_SCRATCHPAD, own);
    }

    /** Returns the processor. */
    static dnnl_engine engine() {
        return Processor.ENGINE;
    }

    private static long floats(dnnl_memory_desc layout) {
        return (dnnl_memory_desc_get_size(layout) + Float.BYTES - 1) / Float.BYTES;
    }

    /**
     * Runs it on the calling thread.
     *
     * @param memory of each operand
     * @throws IllegalStateException if the library reports a failure
     */
    void run(Pointer... memory) {
        Caller caller = Caller.MINE.get();
        int n = memory.length;
        int made = 0;
        try {
            for (; made < n; made++) {
                add(caller, made, memory[made]);
            }
            if (scratch > 0) {
                add(caller, n, Scratch.inner().matrix(0, 1, scratch).block().pointer(0));
                made++;
            }
            check(dnnl_primitive_execute(primitive, caller.stream, made, caller.arguments), "run a primitive");
        } finally {
            for (int i = 0; i < made; i++) {
                dnnl_memory_destroy(caller.memories[i]);
            }
        }
    }

    private void add(Caller caller, int i, Pointer at) {
        dnnl_memory memory = new dnnl_memory();
        check(dnnl_memory_create(memory, operands[i].layout, engine(), at), "take memory");
        caller.memories[i] = memory;
        caller.arguments.position(i).arg(operands[i].argument).memory(memory);
        caller.arguments.position(0);
    }

    /** Throws on a status that is not success. */
    static void check(int status, String what) {
        if (status != dnnl_success) {
            throw new IllegalStateException("oneDNN must " + what + "; status=" + status);
        }
    }
}
