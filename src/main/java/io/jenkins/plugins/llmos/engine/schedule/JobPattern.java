package io.jenkins.plugins.llmos.engine.schedule;

import io.jenkins.plugins.llmos.engine.InvalidInputException;
import java.util.regex.Pattern;

/**
 * Some jobs by their full names, folders and name with slashes between: {@code *} stands for any letters but a slash,
 * {@code **} for any letters, {@code ?} for one that is no slash.
 */
public final class JobPattern {
    private final Pattern pattern;

    private JobPattern(Pattern pattern) {
        this.pattern = pattern;
    }

    /** @throws InvalidInputException if the text is blank */
    public static JobPattern of(String text) {
        if (text == null || text.isBlank()) {
            throw new InvalidInputException("The pattern of job names is empty. Write a job's full name, or"
                    + " a pattern such as team/*-train or **.");
        }
        StringBuilder regex = new StringBuilder();
        String rest = text.strip();
        for (int i = 0; i < rest.length(); i++) {
            char c = rest.charAt(i);
            if (rest.startsWith("**", i)) {
                regex.append(".*");
                i++;
            } else if (c == '*') {
                regex.append("[^/]*");
            } else if (c == '?') {
                regex.append("[^/]");
            } else {
                regex.append(Pattern.quote(String.valueOf(c)));
            }
        }
        return new JobPattern(Pattern.compile(regex.toString()));
    }

    public boolean matches(String job) {
        return pattern.matcher(job).matches();
    }
}
