package io.jenkins.plugins.llmos.engine.schedule;

import io.jenkins.plugins.llmos.engine.InvalidInputException;
import io.jenkins.plugins.llmos.engine.util.Suggestions;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.net.JarURLConnection;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLConnection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The policies there are: every class of the package {@code policy} that has the annotation {@link Policy}. */
public final class Policies {
    private static final Map<String, Class<? extends SchedulingPolicy>> FOUND = find();

    private Policies() {}

    /** All names, the simplest policy first. */
    public static List<String> names() {
        return List.copyOf(FOUND.keySet());
    }

    /** One sentence on a policy. */
    public static String summary(String name) {
        check(name);
        return FOUND.get(name).getAnnotation(Policy.class).summary();
    }

    /** @throws InvalidInputException if there is no policy of that name */
    public static void check(String name) {
        if (!FOUND.containsKey(name)) {
            throw new InvalidInputException(
                    "There is no policy '" + name + "'. " + Suggestions.sentence(name, FOUND.keySet()));
        }
    }

    /** The policy that the settings name, with these settings. */
    public static SchedulingPolicy create(PoolSettings settings) {
        check(settings.policy());
        Class<? extends SchedulingPolicy> type = FOUND.get(settings.policy());
        try {
            return type.getConstructor(PoolSettings.class).newInstance(settings);
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof InvalidInputException wrong) {
                throw wrong;
            }
            throw new IllegalStateException(type + " cannot be made", e);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(type + " lacks a public constructor that takes PoolSettings", e);
        }
    }

    private static Map<String, Class<? extends SchedulingPolicy>> find() {
        String home = Policies.class.getPackageName() + ".policy.";
        List<Class<? extends SchedulingPolicy>> types = new ArrayList<>();
        try {
            for (String file : files(home)) {
                Class<?> type = Class.forName(
                        home + file.substring(0, file.length() - ".class".length()),
                        false,
                        Policies.class.getClassLoader());
                if (type.isAnnotationPresent(Policy.class)) {
                    types.add(type.asSubclass(SchedulingPolicy.class));
                }
            }
        } catch (IOException | URISyntaxException | ClassNotFoundException e) {
            throw new IllegalStateException("the scheduling policies cannot be listed", e);
        }
        types.sort(Comparator.comparingInt((Class<? extends SchedulingPolicy> t) ->
                        t.getAnnotation(Policy.class).position())
                .thenComparing(t -> t.getAnnotation(Policy.class).name()));
        Map<String, Class<? extends SchedulingPolicy>> found = new LinkedHashMap<>();
        for (Class<? extends SchedulingPolicy> type : types) {
            String name = type.getAnnotation(Policy.class).name();
            if (found.put(name, type) != null) {
                throw new IllegalStateException("two policies are called " + name);
            }
        }
        return found;
    }

    /** Names of the class files of a package, from the folder or the jar that this class comes from. */
    private static List<String> files(String prefix) throws IOException, URISyntaxException {
        URL self = Policies.class.getResource("Policies.class");
        if (self == null) {
            throw new IOException("this class has no file");
        }
        String folder = prefix.replace('.', '/');
        if (self.getProtocol().equals("file")) {
            Path dir = Path.of(URI.create(self.toString())).resolveSibling("policy");
            try (Stream<Path> list = Files.list(dir)) {
                return list.map(p -> p.getFileName().toString())
                        .filter(Policies::isType)
                        .sorted()
                        .toList();
            }
        }
        URLConnection connection = self.openConnection();
        if (!(connection instanceof JarURLConnection jar)) {
            throw new IOException("cannot list " + self);
        }
        return jar.getJarFile().stream()
                .map(e -> e.getName())
                .filter(n -> n.startsWith(folder))
                .map(n -> n.substring(folder.length()))
                .filter(Policies::isType)
                .sorted()
                .toList();
    }

    private static boolean isType(String file) {
        return file.endsWith(".class") && !file.contains("$") && !file.contains("/") && !file.startsWith("package-");
    }
}
