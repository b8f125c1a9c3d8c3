/** Whether a model is to be trained again: new rows, changed data, drift of columns, age. */
package io.jenkins.plugins.llmos.engine.retrain;
