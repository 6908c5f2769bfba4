package io.github.performer4j.kernels.vector;

import io.github.performer4j.kernels.math.Scalar;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/**
 * Loads and stores of native memory, and exp, for vectors of the widest kind this processor has.
 *
 * <p>The Vector API reads native memory through a ByteBuffer on JDK 17 and 18 and through a memory segment since 19. Both are method
 * handles here, found once; as constants they compile to the same machine code as a direct call (measured on 17 and 25), so one
 * class file serves all.
 */
final class NativeVectors {
    static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    static final int LANES = SPECIES.length();

    private static final ByteOrder ORDER = ByteOrder.nativeOrder();
    private static final MethodHandle LOAD = load();
    private static final MethodHandle STORE = store(FloatVector.class);
    private static final MethodHandle STORE_HALVES = store(ShortVector.class);

    private static final VectorSpecies<Short> HALVES =
            VectorSpecies.of(short.class, VectorShape.forBitSize(LANES * Short.SIZE));
    private static final VectorSpecies<Integer> INTEGERS = IntVector.SPECIES_PREFERRED;
    private static final int UPPER = 16;

    private static final float ROUND = 12582912f;
    private static final int ROUND_BITS = Float.floatToRawIntBits(ROUND);
    private static final float LOG2_E = 1.44269504f;
    private static final float LN2_HIGH = 0.693359375f;
    private static final float LN2_LOW = -2.12194440e-4f;
    private static final float LOWEST = -87.3f;
    private static final float HIGHEST = 88f;

    // Constants of their own, because compiled code keeps those in registers; elements of an array are read anew.
    private static final float TAIL_0 = Scalar.tail(0);
    private static final float TAIL_1 = Scalar.tail(1);
    private static final float TAIL_2 = Scalar.tail(2);
    private static final float TAIL_3 = Scalar.tail(3);
    private static final float TAIL_4 = Scalar.tail(4);
    private static final float TAIL_5 = Scalar.tail(5);
    private static final float TAIL_6 = Scalar.tail(6);
    private static final float TAIL_7 = Scalar.tail(7);
    private static final float TAIL_8 = Scalar.tail(8);
    private static final float LOG_0 = Scalar.logarithm(0);
    private static final float LOG_1 = Scalar.logarithm(1);
    private static final float LOG_2 = Scalar.logarithm(2);
    private static final float LOG_3 = Scalar.logarithm(3);
    private static final float LOG_4 = Scalar.logarithm(4);
    private static final float LOG_5 = Scalar.logarithm(5);
    private static final float LOG_6 = Scalar.logarithm(6);
    private static final float LOG_7 = Scalar.logarithm(7);
    private static final float LOG_8 = Scalar.logarithm(8);

    private NativeVectors() {}

    /** Loads LANES values that begin at a byte of a view. */
    static FloatVector load(Object view, long at) {
        try {
            return (FloatVector) LOAD.invokeExact((VectorSpecies<?>) SPECIES, view, at, ORDER);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    /** Loads LANES halves of an array, as the upper halves of values whose lower ones are 0. */
    static FloatVector halves(short[] from, int at) {
        ShortVector halves = ShortVector.fromArray(HALVES, from, at);
        IntVector values = (IntVector) halves.convertShape(VectorOperators.S2I, INTEGERS, 0);
        return values.lanewise(VectorOperators.LSHL, UPPER).reinterpretAsFloats();
    }

    /** Stores LANES values from a byte of a view on. */
    static void store(FloatVector v, Object view, long at) {
        try {
            STORE.invokeExact(v, view, at, ORDER);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    /** Stores the upper halves of LANES values from a byte of a view on. */
    static void storeHalves(IntVector v, Object view, long at) {
        ShortVector halves =
                (ShortVector) v.lanewise(VectorOperators.LSHR, UPPER).convertShape(VectorOperators.I2S, HALVES, 0);
        try {
            STORE_HALVES.invokeExact(halves, view, at, ORDER);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    /** Returns exp(x) to 2e-7 of its value for x in [−87.3, 88], the nearer end's value outside; as {@code Scalar.exp}. */
    static FloatVector exp(FloatVector x) {
        return power(x.blend(HIGHEST, x.compare(VectorOperators.GT, HIGHEST)));
    }

    /** Returns exp(x) for x ≤ 0; what it returns for others is worth nothing above 88. */
    static FloatVector decay(FloatVector x) {
        return power(x);
    }

    /** Compare and blend, because max and min of JDK 17 look after NaN and −0 with several instructions. */
    private static FloatVector power(FloatVector x) {
        FloatVector y = x.blend(LOWEST, x.compare(VectorOperators.LT, LOWEST));
        FloatVector n = y.fma(x.broadcast(LOG2_E), x.broadcast(ROUND));
        IntVector shift = n.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23);
        n = n.sub(ROUND);
        FloatVector f = n.fma(x.broadcast(-LN2_HIGH), y);
        f = n.fma(x.broadcast(-LN2_LOW), f);
        FloatVector p = x.broadcast(1.9875691500e-4f);
        p = p.fma(f, x.broadcast(1.3981999507e-3f));
        p = p.fma(f, x.broadcast(8.3334519073e-3f));
        p = p.fma(f, x.broadcast(4.1665795894e-2f));
        p = p.fma(f, x.broadcast(1.6666665459e-1f));
        p = p.fma(f, x.broadcast(5.0000001201e-1f));
        p = p.fma(f.mul(f), f.add(1f));
        return p.reinterpretAsInts().add(shift).reinterpretAsFloats();
    }

    /** Returns log(x) for normal numbers x &gt; 0; as {@code Scalar.log}. */
    static FloatVector log(FloatVector x) {
        IntVector bits = x.reinterpretAsInts();
        IntVector exponent = bits.sub(Scalar.ROOT_HALF_BITS).lanewise(VectorOperators.ASHR, 23);
        FloatVector f = bits.sub(exponent.lanewise(VectorOperators.LSHL, 23))
                .reinterpretAsFloats()
                .sub(1f);
        // 1.5 · 2²³ plus an integer, as a float, has the integer in its low bits
        FloatVector e = exponent.add(ROUND_BITS).reinterpretAsFloats().sub(ROUND);
        FloatVector p = x.broadcast(LOG_8);
        p = p.fma(f, x.broadcast(LOG_7));
        p = p.fma(f, x.broadcast(LOG_6));
        p = p.fma(f, x.broadcast(LOG_5));
        p = p.fma(f, x.broadcast(LOG_4));
        p = p.fma(f, x.broadcast(LOG_3));
        p = p.fma(f, x.broadcast(LOG_2));
        p = p.fma(f, x.broadcast(LOG_1));
        p = p.fma(f, x.broadcast(LOG_0));
        FloatVector square = f.mul(f);
        p = p.mul(f).fma(square, e.mul(LN2_LOW));
        p = square.fma(x.broadcast(-0.5f), p);
        return e.fma(x.broadcast(LN2_HIGH), f.add(p));
    }

    /** Returns exp(−z²/2); as {@code Scalar.bell}. */
    static FloatVector bell(FloatVector z) {
        return decay(z.mul(z).mul(-0.5f));
    }

    /** Returns Φ(z) from z and bell(z); as {@code Scalar.normal}. */
    static FloatVector normal(FloatVector z, FloatVector bell) {
        FloatVector one = z.broadcast(1f);
        FloatVector t = one.div(z.abs().fma(z.broadcast(Scalar.TAIL_SCALE), one));
        FloatVector p = z.broadcast(TAIL_8);
        p = p.fma(t, z.broadcast(TAIL_7));
        p = p.fma(t, z.broadcast(TAIL_6));
        p = p.fma(t, z.broadcast(TAIL_5));
        p = p.fma(t, z.broadcast(TAIL_4));
        p = p.fma(t, z.broadcast(TAIL_3));
        p = p.fma(t, z.broadcast(TAIL_2));
        p = p.fma(t, z.broadcast(TAIL_1));
        p = p.fma(t, z.broadcast(TAIL_0));
        p = p.mul(t).mul(bell);
        return p.blend(one.sub(p), z.compare(VectorOperators.GT, 0f));
    }

    private static MethodHandle load() {
        MethodHandles.Lookup lookup = MethodHandles.lookup();
        MethodType wanted = MethodType.methodType(
                FloatVector.class, VectorSpecies.class, Object.class, long.class, ByteOrder.class);
        try {
            Class<?> segment = segment();
            MethodHandle handle = segment == null
                    ? lookup.findStatic(
                            FloatVector.class,
                            "fromByteBuffer",
                            MethodType.methodType(
                                    FloatVector.class,
                                    VectorSpecies.class,
                                    ByteBuffer.class,
                                    int.class,
                                    ByteOrder.class))
                    : lookup.findStatic(
                            FloatVector.class,
                            "fromMemorySegment",
                            MethodType.methodType(
                                    FloatVector.class, VectorSpecies.class, segment, long.class, ByteOrder.class));
            return MethodHandles.explicitCastArguments(handle, wanted);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("the Vector API has no loads of native memory", e);
        }
    }

    private static MethodHandle store(Class<?> vector) {
        MethodHandles.Lookup lookup = MethodHandles.lookup();
        MethodType wanted = MethodType.methodType(void.class, vector, Object.class, long.class, ByteOrder.class);
        try {
            Class<?> segment = segment();
            MethodHandle handle = segment == null
                    ? lookup.findVirtual(
                            vector,
                            "intoByteBuffer",
                            MethodType.methodType(void.class, ByteBuffer.class, int.class, ByteOrder.class))
                    : lookup.findVirtual(
                            vector,
                            "intoMemorySegment",
                            MethodType.methodType(void.class, segment, long.class, ByteOrder.class));
            return MethodHandles.explicitCastArguments(handle, wanted);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("the Vector API has no stores to native memory", e);
        }
    }

    /** Returns the class of memory segments if this JDK's vectors load from them. */
    private static Class<?> segment() {
        try {
            Class<?> type = Class.forName("java.lang.foreign.MemorySegment");
            FloatVector.class.getMethod("fromMemorySegment", VectorSpecies.class, type, long.class, ByteOrder.class);
            return type;
        } catch (ClassNotFoundException | NoSuchMethodException e) {
            return null;
        }
    }
}
