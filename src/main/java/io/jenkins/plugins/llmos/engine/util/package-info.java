/** Small things that every part of the engine needs: JSON, units, suggestions for misspelt names. */
package io.jenkins.plugins.llmos.engine.util;
