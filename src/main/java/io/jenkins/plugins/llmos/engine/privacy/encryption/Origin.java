package io.jenkins.plugins.llmos.engine.privacy.encryption;

/**
 * Which build writes encrypted files. It stands in the header of each in the clear and is authenticated.
 *
 * @param job the job's name; of the runner that of the Jenkinsfile's folder
 * @param build the build's number or name
 */
public record Origin(String job, String build) {
    @Override
    public String toString() {
        return job + " #" + build;
    }
}
