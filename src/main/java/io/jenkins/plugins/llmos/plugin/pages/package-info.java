/** Pages, the remote API, metrics and commands that show what there is and who holds it. */
package io.jenkins.plugins.llmos.plugin.pages;
