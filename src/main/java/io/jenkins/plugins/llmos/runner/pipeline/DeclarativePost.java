package io.jenkins.plugins.llmos.runner.pipeline;

import io.jenkins.plugins.llmos.runner.pipeline.Directives.Directive;
import java.util.List;
import java.util.Optional;

/** Runs the conditions of a {@code post} block in Jenkins' order, whatever order they are written in. */
final class DeclarativePost {
    /** In the order in which they run. */
    static final List<String> CONDITIONS = List.of(
            "always",
            "changed",
            "fixed",
            "regression",
            "aborted",
            "failure",
            "success",
            "unstable",
            "unsuccessful",
            "notBuilt",
            "cleanup");

    private DeclarativePost() {}

    /**
     * Runs what applies.
     *
     * @param failure what the block before threw, or null
     * @return what is to be thrown now: that, or the first failure of a condition, or null
     */
    static Throwable run(Build build, Strand strand, List<Directive> post, Throwable failure) {
        Throwable first = failure;
        for (String condition : CONDITIONS) {
            Optional<Directive> found = Directives.find(post, condition);
            if (found.isEmpty() || !applies(build, condition, first)) {
                continue;
            }
            build.log(strand.context(), "--- post " + condition);
            try {
                found.get().block().call();
            } catch (Exception | Error e) {
                build.log(
                        strand.context(),
                        "Error in the post condition " + condition + ": " + ScriptFailure.messageOf(e));
                if (first == null) {
                    first = e;
                } else {
                    first.addSuppressed(e);
                }
            }
        }
        return first;
    }

    private static boolean applies(Build build, String condition, Throwable failure) {
        Result now = build.currentBuild().resultSoFar();
        if (failure != null) {
            now = now.worse(Result.of(failure));
        }
        Result before = build.currentBuild().previousResult();
        return switch (condition) {
            case "always", "cleanup" -> true;
            case "changed" -> now != before;
            case "fixed" -> now == Result.SUCCESS && (before == Result.FAILURE || before == Result.UNSTABLE);
            case "regression" -> before == Result.SUCCESS && now != Result.SUCCESS;
            case "aborted" -> now == Result.ABORTED;
            case "failure" -> now == Result.FAILURE;
            case "success" -> now == Result.SUCCESS;
            case "unstable" -> now == Result.UNSTABLE;
            case "unsuccessful" -> now != Result.SUCCESS;
            case "notBuilt" -> now == Result.NOT_BUILT;
            default -> throw new IllegalArgumentException(condition);
        };
    }
}
