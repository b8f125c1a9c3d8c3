/** Jenkins' way in: Pipeline steps that check their arguments with the engine, call it on an agent and show its result. */
package io.jenkins.plugins.llmos.plugin;
