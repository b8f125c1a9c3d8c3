/** The privacy ledger: what may be spent of each data set, what is set aside for running builds and what was spent. */
package io.jenkins.plugins.llmos.engine.privacy.ledger;
