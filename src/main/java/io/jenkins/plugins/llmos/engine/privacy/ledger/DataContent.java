package io.jenkins.plugins.llmos.engine.privacy.ledger;

import java.io.Serializable;
import java.util.List;

/**
 * What is known of a data set's content without showing it.
 *
 * @param digests SHA-256 of each of its files, decompressed
 * @param records how many it has, 0 if that is not known
 * @param description its files' names, for people
 */
public record DataContent(List<String> digests, long records, String description) implements Serializable {
    public DataContent {
        digests = List.copyOf(digests);
    }
}
