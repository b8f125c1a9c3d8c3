/** Interprets Scripted and Declarative Jenkinsfiles with real Groovy on real threads, with no Jenkins. */
package io.jenkins.plugins.llmos.runner.pipeline;
