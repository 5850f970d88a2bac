/**
 * Figures as pages for people and tables for programs; nothing is computed here.
 *
 * <p>A {@link org.sparkkfac.report.Report} is a title and sections: tables and groups of charts with common horizontal axes.
 * {@link org.sparkkfac.report.HtmlPage} makes of it one HTML file that opens offline: Apache ECharts and the figures are
 * inside, nothing is fetched. A new kind of report is a function from its figures to a {@code Report}, such as {@link
 * org.sparkkfac.report.TrainingReport}.
 */
@NullMarked
package org.sparkkfac.report;

import org.jspecify.annotations.NullMarked;
