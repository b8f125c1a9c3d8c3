/**
 * What LLMOS knows about accelerators, scheduling, training and privacy. Plain Java and DJL: nothing here refers to
 * Jenkins, to a console or to a command line, so that every host behaves alike.
 */
package io.jenkins.plugins.llmos.engine;
