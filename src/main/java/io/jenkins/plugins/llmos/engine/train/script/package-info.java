/** Trained models as TorchScript, which PyTorch runs in one call, with 32-bit floats or quantised. */
package io.jenkins.plugins.llmos.engine.train.script;
