package io.jenkins.plugins.llmos.engine.retrain;

import io.jenkins.plugins.llmos.engine.train.data.DataProfile;
import io.jenkins.plugins.llmos.engine.train.data.FeatureSchema;
import io.jenkins.plugins.llmos.engine.util.Units;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * Whether to train again, and why.
 *
 * @param train whether to
 * @param reasons for it, a clause each; there may be some though {@code train} is false, if it has been done for this data
 * @param remarks what could not be judged or stands against it, a sentence each
 * @param columns how far each column has drifted, furthest first; empty where it cannot be judged
 * @param fingerprint of the data that were judged
 * @param newRows rows more than were trained on, less than 0 if there are fewer; null if it is not known
 */
public record RetrainVerdict(
        boolean train,
        List<String> reasons,
        List<String> remarks,
        List<Drifted> columns,
        String fingerprint,
        Long newRows) {
    public RetrainVerdict {
        reasons = List.copyOf(reasons);
        remarks = List.copyOf(remarks);
        columns = List.copyOf(columns);
    }

    /**
     * A column's drift.
     *
     * @param rows of which it is: all, or those after as many as were trained on
     */
    public record Drifted(ColumnDrift drift, Rows rows) {}

    /** Rows that are compared with those trained on. */
    public enum Rows {
        ALL("all rows"),
        NEW("the new rows");

        private final String words;

        Rows(String words) {
            this.words = words;
        }

        @Override
        public String toString() {
            return words;
        }
    }

    /**
     * What is remembered between judgements.
     *
     * @param firedFor fingerprint of the data for which a training was started last, which is never done twice; null for none
     * @param seen fingerprint of the data that were judged first or for which a training was started last; null for none
     */
    public record Memory(String firedFor, String seen) {
        /** Of nothing. */
        public static final Memory NONE = new Memory(null, null);

        /** After a judgement, and, if it said so, the start of a training. */
        public Memory after(RetrainVerdict verdict) {
            return verdict.train()
                    ? new Memory(verdict.fingerprint(), verdict.fingerprint())
                    : new Memory(firedFor, seen == null ? verdict.fingerprint() : seen);
        }
    }

    /**
     * Judges.
     *
     * @param rule when to train again
     * @param baseline the model; null if there is none yet, which is a reason
     * @param data as they are now
     * @param memory of earlier judgements
     * @param now the time
     */
    public static RetrainVerdict of(RetrainRule rule, Baseline baseline, DataState data, Memory memory, Instant now) {
        List<String> reasons = new ArrayList<>();
        List<String> remarks = new ArrayList<>();
        List<Drifted> columns = List.of();
        Long newRows = null;
        if (baseline == null) {
            reasons.add("there is no model yet");
        } else {
            boolean comparable = data.comparable() && baseline.fingerprint() != null;
            String known = comparable ? baseline.fingerprint() : memory.seen();
            boolean changed = known != null && !known.equals(data.fingerprint());
            if (known == null && rule.anyChange()) {
                remarks.add("It cannot be told whether these are the data that the model was trained on. They are"
                        + " remembered, and a change from now on counts.");
            }
            if (rule.anyChange() && changed) {
                reasons.add("the data have changed (fingerprint " + shortened(data.fingerprint()) + ")");
            }
            if (data.profile() == null) {
                if (rule.minNewRows() > 0 || rule.drift() > 0) {
                    remarks.add("New rows and drift cannot be judged: " + data.withheld() + ".");
                }
            } else {
                newRows = data.profile().rows() - baseline.rows();
                if (rule.minNewRows() > 0 && newRows >= rule.minNewRows()) {
                    reasons.add(newRows + (newRows == 1 ? " new row" : " new rows") + " (at least " + rule.minNewRows()
                            + " are waited for)");
                }
                columns = drift(baseline, data, rule.statistic());
                judge(rule, columns, reasons);
                missing(baseline.profile(), data.profile(), remarks);
            }
            Duration age = Duration.between(baseline.created(), now);
            if (rule.maxAge() != null && age.compareTo(rule.maxAge()) >= 0) {
                reasons.add("the model is " + Units.format(age) + " old (at most " + Units.format(rule.maxAge()) + ")");
            }
        }
        boolean again = data.fingerprint().equals(memory.firedFor());
        if (again && !reasons.isEmpty()) {
            remarks.add("A training was started for just these data already; the same data and seed make the same"
                    + " model. It is not started again until they change.");
        }
        return new RetrainVerdict(!reasons.isEmpty() && !again, reasons, remarks, columns, data.fingerprint(), newRows);
    }

    private static List<Drifted> drift(Baseline baseline, DataState data, ColumnDrift.Statistic statistic) {
        List<Drifted> all = new ArrayList<>();
        ColumnDrift.between(baseline.profile(), data.profile()).forEach(d -> all.add(new Drifted(d, Rows.ALL)));
        if (data.later() != null && data.later().rows() > 0) {
            ColumnDrift.between(baseline.profile(), data.later()).forEach(d -> all.add(new Drifted(d, Rows.NEW)));
        }
        all.sort(Comparator.comparingDouble((Drifted d) -> -d.drift().of(statistic))
                .thenComparing(d -> d.drift().column())
                .thenComparing(Drifted::rows));
        return all;
    }

    private static void judge(RetrainRule rule, List<Drifted> columns, List<String> reasons) {
        if (rule.drift() == 0) {
            return;
        }
        boolean psi = rule.statistic() == ColumnDrift.Statistic.PSI;
        List<String> named = new ArrayList<>();
        for (Drifted d : columns) {
            double value = d.drift().of(rule.statistic());
            String name = "'" + d.drift().column() + "'";
            if (value >= rule.drift() && named.stream().noneMatch(name::equals)) {
                named.add(name);
                reasons.add(String.format(
                        Locale.ROOT,
                        "%s has drifted: %s %.2f over %s (at least %s)%s",
                        name,
                        psi ? "PSI" : d.drift().type() == FeatureSchema.Type.CATEGORICAL ? "total variation" : "KS",
                        value,
                        d.rows(),
                        rule.drift(),
                        d.drift().unseen() < 0.005
                                ? ""
                                : String.format(
                                        Locale.ROOT,
                                        ", %.0f %% unseen",
                                        100 * d.drift().unseen())));
            }
        }
    }

    private static void missing(DataProfile before, DataProfile now, List<String> remarks) {
        for (DataProfile.Column column : now.columns()) {
            long old = before.column(column.name())
                    .map(DataProfile.Column::missing)
                    .orElse(0L);
            if (now.rows() > 0 && column.missing() == now.rows() && old < before.rows()) {
                remarks.add("The column '" + column.name() + "' has no value in any row; is it still there?");
            }
        }
    }

    /** The beginning of a fingerprint, for people. */
    public static String shortened(String fingerprint) {
        return fingerprint.substring(0, Math.min(12, fingerprint.length()));
    }
}
