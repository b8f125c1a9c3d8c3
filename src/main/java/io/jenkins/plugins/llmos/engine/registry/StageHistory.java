package io.jenkins.plugins.llmos.engine.registry;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.OptionalInt;

/**
 * The versions that a stage pointed at, oldest move first. Where it points now follows from the moves: a deployment goes to
 * a version, and a rollback to what the stage pointed at before the deployment that it undoes.
 */
public record StageHistory(List<Move> moves) {
    static final StageHistory EMPTY = new StageHistory(List.of());

    public StageHistory {
        moves = List.copyOf(moves);
    }

    /** What moved a stage. */
    public enum How {
        DEPLOY,
        ROLLBACK
    }

    /**
     * One move of a stage.
     *
     * @param how what moved it
     * @param version that the stage points at since
     * @param at when
     * @param by build or user
     * @param gate what was checked, such as {@code accuracy 0.93 >= 0.9}
     */
    public record Move(How how, int version, Instant at, String by, List<String> gate) {
        public Move {
            gate = List.copyOf(gate);
        }
    }

    /** The version that the stage points at, if it points at any. */
    public OptionalInt current() {
        Deque<Integer> versions = versions();
        return versions.isEmpty() ? OptionalInt.empty() : OptionalInt.of(versions.peek());
    }

    /** The version that a rollback would go to, if there is one. */
    public OptionalInt previous() {
        Deque<Integer> versions = versions();
        return versions.size() < 2
                ? OptionalInt.empty()
                : OptionalInt.of(versions.stream().skip(1).findFirst().orElseThrow());
    }

    private Deque<Integer> versions() {
        Deque<Integer> versions = new ArrayDeque<>();
        for (Move move : moves) {
            if (move.how == How.ROLLBACK) {
                versions.pop();
            } else {
                versions.push(move.version);
            }
        }
        return versions;
    }

    StageHistory with(Move move) {
        List<Move> longer = new ArrayList<>(moves);
        longer.add(move);
        return new StageHistory(longer);
    }
}
