/** Differentially private statistics of columns: counts, sums, means, histograms and quantiles. */
package io.jenkins.plugins.llmos.engine.privacy.release;
