package io.jenkins.plugins.llmos.engine.train.language;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;

/**
 * Sequences of which a pass of the model reads equally many tokens. They look at themselves alone.
 *
 * @param past what each has read before, to which these tokens are added; null for nothing
 * @param sequences how many
 * @param fresh tokens of each
 * @param mask 0 where a token may look, −∞ where not, (fresh, all) or (sequences, 1, fresh, all); null if it may look
 *     anywhere
 */
record Reading(Past past, long sequences, long fresh, NDArray mask) {
    /** Sequences of which nothing was read before. */
    static Reading anew(NDManager step, long sequences, long fresh) {
        return new Reading(null, sequences, fresh, fresh == 1 ? null : Gpt.mask(step, fresh, 0));
    }

    /** Sequences that are read on. */
    static Reading on(NDManager step, Past past, int fresh) {
        past.reserve(fresh);
        return new Reading(past, past.sequences(), fresh, past.mask(step, fresh));
    }

    /** Where the tokens stand in their sequences, one sequence after another. */
    LongStream positions() {
        return past != null
                ? Arrays.stream(past.positions((int) fresh))
                : LongStream.range(0, sequences * fresh).map(i -> i % fresh);
    }

    /**
     * What belongs to each reading of an array with something for each token.
     *
     * @param all (1, tokens, width) of several readings, or that of one as it is
     */
    static NDList parts(NDArray all, List<Reading> readings) {
        if (readings.size() == 1) {
            return new NDList(all);
        }
        NDList parts = new NDList();
        long from = 0;
        for (Reading reading : readings) {
            long to = from + reading.sequences * reading.fresh;
            parts.add(all.get(new NDIndex().addAllDim().addSliceDim(from, to)));
            from = to;
        }
        return parts;
    }
}
