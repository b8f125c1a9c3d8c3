/** Charts, tables and pages that every host shows: SVG and HTML made on the server, with no script. */
package io.jenkins.plugins.llmos.engine.report;
