/** Data that are made up: where no real data may be given away, generators that say what is true of them. */
package io.jenkins.plugins.llmos.engine.synthetic;
