package io.jenkins.plugins.llmos.engine.simulate.trace;

import io.jenkins.plugins.llmos.engine.InvalidInputException;
import io.jenkins.plugins.llmos.engine.schedule.Ticks;
import io.jenkins.plugins.llmos.engine.util.Units;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.Map;
import org.apache.commons.csv.CSVRecord;

/** One row of a file, read with errors that name the line and the column. */
public final class Row {
    private static final BigDecimal MOST_SECONDS = BigDecimal.valueOf(1_000_000_000L);

    private final String file;
    private final CSVRecord cells;
    private final long number;
    private final Map<String, Integer> leftOut;

    /** @param number of the row, from 1, the header not counted */
    Row(String file, CSVRecord cells, long number, Map<String, Integer> leftOut) {
        this.file = file;
        this.cells = cells;
        this.number = number;
        this.leftOut = leftOut;
    }

    /** A name for a row without one. */
    public String defaultId() {
        return "job-" + number;
    }

    /** The cell, empty if it is empty or there is no such column. */
    public String text(String column) {
        return cells.isMapped(column) && cells.isSet(column) ? cells.get(column).strip() : "";
    }

    /** The cell, or another text if it is empty. */
    public String text(String column, String otherwise) {
        String text = text(column);
        return text.isEmpty() ? otherwise : text;
    }

    /** A whole number. */
    public int whole(String column, int least, int most, int otherwise) {
        String text = text(column);
        if (text.isEmpty()) {
            return otherwise;
        }
        try {
            int value = new BigDecimal(text).intValueExact();
            if (value >= least && value <= most) {
                return value;
            }
        } catch (ArithmeticException | NumberFormatException e) {
            throw wrong(column, "a whole number from " + least + " to " + most, e);
        }
        throw wrong(column, "a whole number from " + least + " to " + most, null);
    }

    /** Seconds, fractions allowed, in nanoseconds; the cell must not be empty. */
    public long seconds(String column) {
        try {
            BigDecimal seconds = new BigDecimal(text(column));
            if (seconds.signum() >= 0 && seconds.compareTo(MOST_SECONDS) <= 0) {
                return seconds.movePointRight(9)
                        .setScale(0, RoundingMode.HALF_UP)
                        .longValueExact();
            }
        } catch (NumberFormatException e) {
            throw wrong(column, "a number of seconds from 0 to a thousand million", e);
        }
        throw wrong(column, "a number of seconds from 0 to a thousand million", null);
    }

    /** A duration such as {@code 20m}, or a number of seconds, in nanoseconds. */
    public long duration(String column) {
        try {
            Duration d = Units.duration(column, text(column));
            return Ticks.of(d);
        } catch (InvalidInputException e) {
            throw wrong(column, "a duration such as 90s or 20m, or a number of seconds", e);
        }
    }

    /** A size such as {@code 16G}, in bytes; 0 if the cell is empty. */
    public long bytes(String column) {
        try {
            return text(column).isEmpty() ? 0 : Units.bytes(column, text(column));
        } catch (InvalidInputException e) {
            throw wrong(column, "a size such as 16G", e);
        }
    }

    /** Notes that this row is passed over, and why. */
    public void leaveOut(String reason) {
        leftOut.merge(reason, 1, Integer::sum);
    }

    /** The error for a cell. */
    public InvalidInputException wrong(String column, String right, Throwable cause) {
        return new InvalidInputException(
                file + ", row " + number + ", column " + column + ": '" + text(column) + "' is not " + right + ".",
                cause);
    }
}
