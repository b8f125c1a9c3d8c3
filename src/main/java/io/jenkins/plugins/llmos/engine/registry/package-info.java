/** The registry of models: immutable versions, the stages that point at them, and the gates that a version must pass. */
package io.jenkins.plugins.llmos.engine.registry;
