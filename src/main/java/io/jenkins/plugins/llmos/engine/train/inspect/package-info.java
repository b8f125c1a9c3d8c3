/** Reports that tell the truth about a trained model: how good, how sure, how fair it is, and what it looks at. */
package io.jenkins.plugins.llmos.engine.train.inspect;
