package io.jenkins.plugins.llmos.plugin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.io.InputStream;
import java.lang.annotation.Annotation;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.Field;
import java.lang.reflect.Member;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Type;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import net.java.sezpoz.Indexable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Compares the signatures that the plugin is compiled against with the real classes it runs with. */
class JenkinsApiConformanceIT {
    private static final Path SIGNATURES = Path.of("target", "jenkins-api").toAbsolutePath();
    private static final Path CLASSES = Path.of("target", "classes").toAbsolutePath();
    private static final int VISIBILITY = Modifier.PUBLIC | Modifier.PROTECTED;

    private static ClassLoader declared;
    private static ClassLoader real;

    @BeforeAll
    static void load(@TempDir Path unpacked) throws Exception {
        JenkinsFiles jenkins = JenkinsFiles.findOrSkip();
        List<URL> jars = new ArrayList<>();
        jars.add(CLASSES.toUri().toURL());
        unpack(jenkins.war(), unpacked, jars);
        for (Path plugin : jenkins.plugins()) {
            unpack(plugin, Files.createDirectories(unpacked.resolve(plugin.getFileName())), jars);
        }
        real = new URLClassLoader(jars.toArray(URL[]::new), ClassLoader.getPlatformClassLoader());
        URL sezpoz = Indexable.class.getProtectionDomain().getCodeSource().getLocation();
        declared = new URLClassLoader(
                new URL[] {SIGNATURES.toUri().toURL(), sezpoz}, ClassLoader.getPlatformClassLoader());
    }

    private static void unpack(Path archive, Path to, List<URL> jars) throws IOException {
        try (InputStream in = Files.newInputStream(archive);
                ZipInputStream zip = new ZipInputStream(in)) {
            for (ZipEntry e = zip.getNextEntry(); e != null; e = zip.getNextEntry()) {
                boolean library =
                        e.getName().startsWith("WEB-INF/lib/") || e.getName().equals("executable/winstone.jar");
                if (library && e.getName().endsWith(".jar")) {
                    Path jar = to.resolve(Path.of(e.getName()).getFileName());
                    Files.copy(zip, jar);
                    jars.add(jar.toUri().toURL());
                }
            }
        }
    }

    @Test
    void everySignatureIsThatOfTheRealClass() throws Exception {
        List<String> names = classesIn(SIGNATURES, "");
        assertFalse(names.isEmpty());
        List<String> differences = new ArrayList<>();
        for (String name : names) {
            Class<?> ours = Class.forName(name, false, declared);
            Class<?> theirs;
            try {
                theirs = Class.forName(name, false, real);
            } catch (ClassNotFoundException e) {
                differences.add(name + " does not exist");
                continue;
            }
            compareTypes(ours, theirs, differences);
            for (Constructor<?> c : ours.getDeclaredConstructors()) {
                compare(c, find(theirs.getDeclaredConstructors(), c), differences);
            }
            for (Method m : ours.getDeclaredMethods()) {
                compare(m, inherited(theirs, m), differences);
            }
            for (Field f : ours.getDeclaredFields()) {
                compareFields(f, theirs, differences);
            }
        }
        assertEquals(List.of(), differences);
    }

    @Test
    void theClassesOfThePluginImplementAllThatTheRealTypesAskFor() throws Exception {
        List<String> missing = new ArrayList<>();
        for (String name : classesIn(CLASSES, "io/jenkins/plugins/llmos/plugin")) {
            Class<?> type = Class.forName(name, false, real);
            if (Modifier.isAbstract(type.getModifiers())) {
                continue;
            }
            for (Class<?> c = type; c != null; c = c.getSuperclass()) {
                for (Method m : c.getDeclaredMethods()) {
                    if (Modifier.isAbstract(m.getModifiers()) && !isImplemented(type, m)) {
                        missing.add(type.getName() + " lacks " + m);
                    }
                }
            }
            Arrays.stream(type.getMethods())
                    .filter(m -> Modifier.isAbstract(m.getModifiers()))
                    .forEach(m -> missing.add(type.getName() + " lacks " + m));
        }
        assertEquals(List.of(), missing);
    }

    private static List<String> classesIn(Path folder, String below) throws IOException {
        try (Stream<Path> files = Files.walk(folder.resolve(below))) {
            return files.map(f -> folder.relativize(f).toString())
                    .filter(f -> f.endsWith(".class") && !f.endsWith("package-info.class"))
                    .map(f -> f.substring(0, f.length() - ".class".length())
                            .replace('/', '.')
                            .replace('\\', '.'))
                    .sorted()
                    .toList();
        }
    }

    private static void compareTypes(Class<?> ours, Class<?> theirs, List<String> differences) {
        int kind = Modifier.INTERFACE | Modifier.ABSTRACT | Modifier.FINAL | VISIBILITY;
        if ((ours.getModifiers() & kind) != (theirs.getModifiers() & kind)) {
            differences.add(theirs + " is " + Modifier.toString(theirs.getModifiers()));
        }
        Set<String> supertypes = supertypes(theirs, new HashSet<>());
        supertypes(ours, new HashSet<>()).stream()
                .filter(s -> !supertypes.contains(s))
                .forEach(s -> differences.add(theirs + " is no " + s));
        if (!Arrays.toString(ours.getTypeParameters()).equals(Arrays.toString(theirs.getTypeParameters()))
                && ours.getTypeParameters().length != theirs.getTypeParameters().length) {
            differences.add(theirs + " has the type parameters " + Arrays.toString(theirs.getTypeParameters()));
        }
        Set<String> annotations =
                Arrays.stream(theirs.getAnnotations()).map(Annotation::toString).collect(Collectors.toSet());
        for (Annotation a : ours.getAnnotations()) {
            if (!annotations.contains(a.toString())) {
                differences.add(theirs + " is not annotated " + a);
            }
        }
    }

    private static Set<String> supertypes(Class<?> type, Set<String> found) {
        if (type != null && found.add(type.getName())) {
            supertypes(type.getSuperclass(), found);
            for (Class<?> i : type.getInterfaces()) {
                supertypes(i, found);
            }
        }
        return found;
    }

    private static void compare(Executable ours, Executable theirs, List<String> differences) {
        if (hidden(ours)) {
            return;
        }
        if (theirs == null) {
            differences.add(ours + " does not exist");
            return;
        }
        int kind = Modifier.STATIC | Modifier.ABSTRACT | VISIBILITY;
        if ((ours.getModifiers() & kind) != (theirs.getModifiers() & kind)) {
            differences.add(ours + " is " + theirs);
        }
        if (!describe(ours.getGenericParameterTypes()).equals(describe(theirs.getGenericParameterTypes()))) {
            differences.add(ours.toGenericString() + " is " + theirs.toGenericString());
        }
        if (!describe(ours.getExceptionTypes()).equals(describe(theirs.getExceptionTypes()))) {
            differences.add(ours + " throws " + describe(theirs.getExceptionTypes()));
        }
        if (ours instanceof Method a
                && theirs instanceof Method b
                && (!a.getGenericReturnType()
                                .getTypeName()
                                .equals(b.getGenericReturnType().getTypeName())
                        || !Objects.deepEquals(a.getDefaultValue(), b.getDefaultValue()))) {
            differences.add(a.toGenericString() + " is " + b.toGenericString());
        }
    }

    private static void compareFields(Field ours, Class<?> theirs, List<String> differences) {
        if (hidden(ours)) {
            return;
        }
        try {
            Field f = theirs.getDeclaredField(ours.getName());
            if (!f.toGenericString().equals(ours.toGenericString())) {
                differences.add(ours.toGenericString() + " is " + f.toGenericString());
            }
        } catch (NoSuchFieldException e) {
            differences.add(ours + " does not exist");
        }
    }

    private static boolean hidden(Member member) {
        return member.isSynthetic() || (member.getModifiers() & VISIBILITY) == 0;
    }

    private static String describe(Type[] types) {
        return Arrays.stream(types).map(Type::getTypeName).sorted().toList().toString();
    }

    /** The bridge that the compiler makes to a method with a type in place of a variable counts. */
    private static boolean isImplemented(Class<?> type, Method asked) {
        for (Class<?> c = type; c != null; c = c.getSuperclass()) {
            for (Method m : c.getDeclaredMethods()) {
                if (!Modifier.isAbstract(m.getModifiers())
                        && m.getName().equals(asked.getName())
                        && Arrays.equals(m.getParameterTypes(), asked.getParameterTypes())) {
                    return true;
                }
            }
        }
        return false;
    }

    private static Method inherited(Class<?> type, Method like) {
        for (Class<?> c = type; c != null; c = c.getSuperclass()) {
            Method found = find(c.getDeclaredMethods(), like);
            if (found != null) {
                return found;
            }
        }
        return null;
    }

    private static <T extends Executable> T find(T[] among, Executable like) {
        String parameters = Arrays.stream(like.getParameterTypes())
                .map(Class::getName)
                .toList()
                .toString();
        for (T e : among) {
            if (!e.isSynthetic()
                    && e.getName().equals(like.getName())
                    && Arrays.stream(e.getParameterTypes())
                            .map(Class::getName)
                            .toList()
                            .toString()
                            .equals(parameters)) {
                return e;
            }
        }
        return null;
    }
}
