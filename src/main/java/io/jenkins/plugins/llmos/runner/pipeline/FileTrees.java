package io.jenkins.plugins.llmos.runner.pipeline;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;

/** Finds, copies and removes trees of files, with the patterns that Ant and Jenkins use. */
public final class FileTrees {
    private static final List<Pattern> ANT_DEFAULT_EXCLUDES = patterns("**/*~, **/#*#, **/.#*, **/%*%, **/._*, **/CVS,"
            + " **/CVS/**, **/.cvsignore, **/.svn, **/.svn/**, **/.DS_Store, **/.git, **/.git/**, **/.gitattributes,"
            + " **/.gitignore, **/.gitmodules, **/.hg, **/.hg/**, **/.hgignore, **/.bzr, **/.bzr/**");

    private FileTrees() {}

    /**
     * Finds files.
     *
     * @param root where to look
     * @param includes patterns with commas between them: {@code ?} is a character, {@code *} a part of a name,
     *     {@code **} any folders; a pattern that ends in a slash means all below
     * @param excludes patterns of what to leave out, or null
     * @param defaultExcludes whether to leave out what version control and editors keep
     * @param apart folder to leave out whatever the patterns say
     * @return paths relative to the root, in order
     */
    public static List<Path> find(Path root, String includes, String excludes, boolean defaultExcludes, Path apart)
            throws IOException {
        List<Pattern> in = patterns(includes);
        List<Pattern> out = new ArrayList<>(excludes == null ? List.of() : patterns(excludes));
        if (defaultExcludes) {
            out.addAll(ANT_DEFAULT_EXCLUDES);
        }
        List<Path> found = new ArrayList<>();
        if (!Files.isDirectory(root)) {
            return found;
        }
        Files.walkFileTree(root, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
                return folder.equals(apart) ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                Path relative = root.relativize(file);
                String name = relative.toString().replace('\\', '/');
                if (matches(in, name) && !matches(out, name)) {
                    found.add(relative);
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException e) {
                return FileVisitResult.CONTINUE;
            }
        });
        found.sort(null);
        return found;
    }

    /** Whether a name with slashes matches one of the patterns. */
    static boolean matches(String patterns, String name) {
        return matches(patterns(patterns), name);
    }

    private static boolean matches(List<Pattern> patterns, String name) {
        return patterns.stream().anyMatch(p -> p.matcher(name).matches());
    }

    private static List<Pattern> patterns(String text) {
        return Arrays.stream(text.split(","))
                .map(String::strip)
                .filter(t -> !t.isEmpty())
                .map(FileTrees::pattern)
                .toList();
    }

    private static Pattern pattern(String ant) {
        String p = ant.replace('\\', '/');
        if (p.startsWith("./")) {
            p = p.substring(2);
        }
        if (p.endsWith("/")) {
            p += "**";
        }
        StringBuilder regex = new StringBuilder();
        int i = 0;
        while (i < p.length()) {
            if (p.startsWith("**/", i)) {
                regex.append("(?:.*/)?");
                i += 3;
            } else if (p.startsWith("/**", i) && i + 3 == p.length()) {
                regex.append("(?:/.*)?");
                i += 3;
            } else if (p.startsWith("**", i)) {
                regex.append(".*");
                i += 2;
            } else {
                char c = p.charAt(i++);
                regex.append(c == '*' ? "[^/]*" : c == '?' ? "[^/]" : Pattern.quote(String.valueOf(c)));
            }
        }
        return Pattern.compile(regex.toString());
    }

    /** Copies files to the same places below another folder. */
    public static void copy(Path from, List<Path> relative, Path to) throws IOException {
        for (Path r : relative) {
            Path target = to.resolve(r.toString());
            Files.createDirectories(target.getParent());
            Files.copy(
                    from.resolve(r.toString()),
                    target,
                    StandardCopyOption.REPLACE_EXISTING,
                    StandardCopyOption.COPY_ATTRIBUTES,
                    LinkOption.NOFOLLOW_LINKS);
        }
    }

    /** Removes a folder and all in it; links are removed, not followed. */
    public static void delete(Path folder) throws IOException {
        if (!Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path dir, IOException e) throws IOException {
                Files.delete(dir);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
