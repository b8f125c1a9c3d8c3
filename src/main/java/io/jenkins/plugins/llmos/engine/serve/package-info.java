/** Serves a model over HTTP: batches requests, refuses what it cannot take, and follows its stage in the registry. */
package io.jenkins.plugins.llmos.engine.serve;
