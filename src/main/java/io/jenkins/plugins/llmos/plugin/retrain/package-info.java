/** The trigger {@code llmosRetrain}: builds that train again when the data or the model's age call for it. */
package io.jenkins.plugins.llmos.plugin.retrain;
