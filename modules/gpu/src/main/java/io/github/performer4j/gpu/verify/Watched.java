package io.github.performer4j.gpu.verify;

import io.github.performer4j.gpu.device.Device;
import io.github.performer4j.gpu.device.Product;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.TreeMap;

/** A device whose kernels and products are counted on the way. */
final class Watched implements InvocationHandler {
    private final Device device;
    private final TreeMap<String, Integer> launches = new TreeMap<>();
    private double operations;

    Watched(Device device) {
        this.device = device;
    }

    /** Returns the device that counts here. */
    Device device() {
        return (Device) Proxy.newProxyInstance(Device.class.getClassLoader(), new Class<?>[] {Device.class}, this);
    }

    @Override
    public Object invoke(Object proxy, Method method, Object[] arguments) throws Throwable {
        if (method.getName().equals("launch")) {
            launches.merge((String) arguments[0], 1, Integer::sum);
        } else if (method.getName().equals("multiply")) {
            operations += ((Product) arguments[0]).operations();
        }
        try {
            return method.invoke(device, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    /** Begins to count anew. */
    void clear() {
        launches.clear();
        operations = 0;
    }

    /** Returns how often each kernel was launched, by name. */
    TreeMap<String, Integer> launches() {
        return new TreeMap<>(launches);
    }

    /** Returns the multiplications and additions of products. */
    double operations() {
        return operations;
    }
}
