package io.jenkins.plugins.llmos.plugin.pages;

import hudson.model.Item;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import jenkins.model.Jenkins;
import org.springframework.security.access.AccessDeniedException;

/** Which jobs the current user may see. For one request. */
final class Seen {
    private final Map<String, Optional<Item>> items = new HashMap<>();

    private Optional<Item> item(String job) {
        return items.computeIfAbsent(job, name -> {
            try {
                return Optional.ofNullable(Jenkins.get().getItemByFullName(name));
            } catch (AccessDeniedException e) {
                return Optional.empty();
            }
        });
    }

    /** What people call a build, null if the user may not see its job. */
    String build(String job, String build) {
        return item(job).isPresent() ? build : null;
    }

    /**
     * Where a build is, relative to Jenkins' root; null if the user may not see its job.
     *
     * @param run externalizable id of the build: the job's name, a hash and the number
     */
    String url(String job, String run) {
        return item(job)
                .map(i -> i.getUrl() + run.substring(run.lastIndexOf('#') + 1) + "/")
                .orElse(null);
    }
}
