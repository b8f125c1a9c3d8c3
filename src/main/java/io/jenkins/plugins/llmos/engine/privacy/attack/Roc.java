package io.jenkins.plugins.llmos.engine.privacy.attack;

import java.util.Arrays;

/** How well scores tell members from non-members: a row counts as a member if its score is above a threshold. */
final class Roc {
    /** Ascending. */
    private final double[] members;
    /** Ascending. */
    private final double[] nonMembers;

    /**
     * @param members scores of rows that were trained on, at least one
     * @param nonMembers scores of rows that were not, at least one
     */
    Roc(double[] members, double[] nonMembers) {
        this.members = members.clone();
        this.nonMembers = nonMembers.clone();
        Arrays.sort(this.members);
        Arrays.sort(this.nonMembers);
    }

    /** How many sorted scores are above a threshold. */
    private static int above(double[] sorted, double threshold) {
        int low = 0;
        int high = sorted.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (sorted[middle] > threshold) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return sorted.length - low;
    }

    int membersAbove(double threshold) {
        return above(members, threshold);
    }

    int nonMembersAbove(double threshold) {
        return above(nonMembers, threshold);
    }

    int members() {
        return members.length;
    }

    int nonMembers() {
        return nonMembers.length;
    }

    /** The threshold that so many non-members at most are above. */
    double thresholdFor(int most) {
        return most >= nonMembers.length ? Double.NEGATIVE_INFINITY : nonMembers[nonMembers.length - 1 - most];
    }

    /** True positive rate at a false positive rate of at most {@code most}. */
    double truePositivesAt(double most) {
        // Not a product rounded down below a whole number.
        int count = (int) Math.floor(most * nonMembers.length * (1 + 1e-12));
        return (double) membersAbove(thresholdFor(count)) / members.length;
    }

    /** Probability that a member's score is above a non-member's, ties counting half. */
    double area() {
        double pairs = 0;
        for (double score : members) {
            int above = above(nonMembers, score);
            int notBelow = above(nonMembers, Math.nextDown(score));
            pairs += nonMembers.length - notBelow + (notBelow - above) / 2.0;
        }
        return pairs / ((double) members.length * nonMembers.length);
    }
}
