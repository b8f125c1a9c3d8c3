/**
 * Training data: CSV and IDX files read as streams, columns' types inferred, rows split, standardised and encoded as the
 * numbers that models take. The same encoding, kept as a {@link
 * io.jenkins.plugins.llmos.engine.train.data.FeatureSchema}, serves prediction.
 */
package io.jenkins.plugins.llmos.engine.train.data;
