package io.jenkins.plugins.llmos.runner.pipeline;

import groovy.lang.GroovyClassLoader;
import groovy.lang.GroovyCodeSource;
import io.jenkins.plugins.llmos.engine.InvalidInputException;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import org.codehaus.groovy.control.CompilerConfiguration;
import org.codehaus.groovy.control.ErrorCollector;
import org.codehaus.groovy.control.MultipleCompilationErrorsException;
import org.codehaus.groovy.control.messages.Message;
import org.codehaus.groovy.control.messages.SyntaxErrorMessage;
import org.codehaus.groovy.syntax.SyntaxException;

/** The text of a Jenkinsfile, and what is needed to point at its lines. */
final class Jenkinsfile {
    /** The script's class, named as in Jenkins because its messages name it. */
    static final String CLASS = "WorkflowScript";

    private final Path file;
    private final String text;
    private final List<String> lines;
    private final boolean ours;

    private Jenkinsfile(Path file, String text, boolean ours) {
        this.file = file;
        this.text = text;
        this.ours = ours;
        this.lines = text.lines().toList();
    }

    /** @throws InvalidInputException if the file is missing or no text */
    static Jenkinsfile read(Path file) {
        if (!Files.exists(file)) {
            throw new InvalidInputException("There is no Jenkinsfile " + file + ". Name one that exists, such as:"
                    + " llmos run test-jenkinsfiles/quickstart.Jenkinsfile");
        }
        if (Files.isDirectory(file)) {
            throw new InvalidInputException(file + " is a folder, not a Jenkinsfile. Name the file itself.");
        }
        try {
            return new Jenkinsfile(file, Files.readString(file), false);
        } catch (CharacterCodingException e) {
            throw new InvalidInputException("The Jenkinsfile " + file + " is not text in UTF-8.", e);
        } catch (IOException e) {
            throw new InvalidInputException("The Jenkinsfile " + file + " cannot be read: " + e.getMessage() + ".", e);
        }
    }

    /** A script that no user wrote, so that nobody is shown its lines. */
    static Jenkinsfile ours(String job, String text) {
        return new Jenkinsfile(Path.of(job), text, true);
    }

    Path file() {
        return file;
    }

    /** A name for jobs that run this file: what stands before {@code .Jenkinsfile}, or the folder's name. */
    String jobName() {
        String name = file.getFileName().toString();
        String lower = name.toLowerCase(Locale.ROOT);
        if (lower.equals("jenkinsfile")) {
            Path folder = file.toAbsolutePath().normalize().getParent();
            return folder == null || folder.getFileName() == null
                    ? "job"
                    : folder.getFileName().toString();
        }
        for (String end : List.of(".jenkinsfile", ".groovy")) {
            if (lower.endsWith(end) && lower.length() > end.length()) {
                return name.substring(0, name.length() - end.length());
            }
        }
        return name;
    }

    /** Says where something is, and shows the line. */
    String at(int line, String what) {
        if (ours) {
            return what;
        }
        String where = file.getFileName() + (line > 0 ? ", line " + line : "");
        if (line < 1 || line > lines.size()) {
            return where + ": " + what;
        }
        return where + ": " + what + System.lineSeparator() + "    " + line + " | "
                + lines.get(line - 1).strip();
    }

    /** Where something thrown left the Jenkinsfile: the innermost of its lines in the stack, or 0. */
    static int lineOf(Throwable thrown) {
        int depth = 0;
        for (Throwable t = thrown; t != null && depth < 50; t = t.getCause(), depth++) {
            for (StackTraceElement e : t.getStackTrace()) {
                if (isScript(e)) {
                    return e.getLineNumber();
                }
            }
        }
        return 0;
    }

    /** The line that runs now on this thread, or 0. */
    static int currentLine() {
        return StackWalker.getInstance().walk(frames -> frames.map(StackWalker.StackFrame::toStackTraceElement)
                .filter(Jenkinsfile::isScript)
                .findFirst()
                .map(StackTraceElement::getLineNumber)
                .orElse(0));
    }

    private static boolean isScript(StackTraceElement e) {
        return e.getFileName() != null && e.getFileName().startsWith(CLASS) && e.getLineNumber() > 0;
    }

    /**
     * Compiles the script.
     *
     * @param steps names of the known steps
     * @throws JenkinsfileException with every error and its line
     */
    PipelineScript compile(Collection<String> steps) {
        CompilerConfiguration configuration = new CompilerConfiguration();
        configuration.setScriptBaseClass(PipelineScript.class.getName());
        configuration.setSourceEncoding("UTF-8");
        configuration.addCompilationCustomizers(new PipelineTransform(List.copyOf(steps)));
        try {
            GroovyClassLoader loader = new GroovyClassLoader(Jenkinsfile.class.getClassLoader(), configuration);
            GroovyCodeSource source = new GroovyCodeSource(text, CLASS + ".groovy", "/llmos");
            source.setCachable(false);
            Class<?> type = loader.parseClass(source);
            return (PipelineScript) type.getDeclaredConstructor().newInstance();
        } catch (MultipleCompilationErrorsException e) {
            throw new JenkinsfileException(describe(e.getErrorCollector()), e);
        } catch (ReflectiveOperationException | ClassCastException e) {
            throw new JenkinsfileException(
                    file.getFileName() + " defines a class where a Pipeline script is expected.", e);
        }
    }

    private String describe(ErrorCollector errors) {
        List<String> described = new ArrayList<>();
        for (int i = 0; i < errors.getErrorCount(); i++) {
            Message m = errors.getError(i);
            if (m instanceof SyntaxErrorMessage s) {
                SyntaxException cause = s.getCause();
                described.add(at(cause.getLine(), explain(cause.getOriginalMessage())));
            } else {
                Exception cause = errors.getException(i);
                described.add(file.getFileName() + ": " + (cause == null ? m.toString() : cause.getMessage()));
            }
        }
        return String.join(System.lineSeparator(), described);
    }

    private static String explain(String message) {
        String m = message.strip();
        if (m.startsWith("unable to resolve class")) {
            String named = m.substring("unable to resolve class".length()).strip();
            return "unable to resolve class " + named
                    + (named.matches("(hudson|jenkins|org\\.jenkinsci)\\..*")
                            ? ". It is one of Jenkins' own; they do not exist here."
                            : "");
        }
        return m;
    }
}
