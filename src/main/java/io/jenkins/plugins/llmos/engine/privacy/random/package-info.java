/** Random numbers that a privacy promise rests on: a secure stream, Poisson samples, and Gaussian noise on a grid. */
package io.jenkins.plugins.llmos.engine.privacy.random;
