package io.jenkins.plugins.llmos.runner;

import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.List;

/**
 * Runs something when the process gets a signal. The JDK's own door to signals lies in a module that compilers warn of, so
 * it is reached by reflection; where it is missing, signals do what they always do.
 */
final class Signals {
    private Signals() {}

    /** @param names without {@code SIG}, such as {@code INT} */
    static void on(List<String> names, Runnable action) {
        names.forEach(name -> on(name, action));
    }

    private static void on(String name, Runnable action) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            Object proxy = Proxy.newProxyInstance(
                    Signals.class.getClassLoader(), new Class<?>[] {handler}, (p, method, arguments) -> {
                        if (method.getName().equals("handle")) {
                            action.run();
                        }
                        return method.getReturnType() == int.class ? (Object) System.identityHashCode(p) : null;
                    });
            Method handle = signal.getMethod("handle", signal, handler);
            handle.invoke(null, signal.getConstructor(String.class).newInstance(name), proxy);
        } catch (ReflectiveOperationException | IllegalArgumentException e) {
            // Not a signal of this system.
            return;
        }
    }
}
