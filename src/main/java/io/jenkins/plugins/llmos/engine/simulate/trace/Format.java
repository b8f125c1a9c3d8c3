package io.jenkins.plugins.llmos.engine.simulate.trace;

import java.util.List;
import java.util.Optional;

/**
 * One format of a CSV file, of jobs or of machines. A file is of a format if it has all required columns and none that
 * the format does not know.
 *
 * @param <T> what one row gives
 */
public interface Format<T> {
    /** The name users choose it by. */
    String name();

    List<String> required();

    List<String> optional();

    /**
     * Reads a row.
     *
     * @return empty if the row is to be left out, after {@link Row#leaveOut} has been told why
     */
    Optional<T> read(Row row);
}
