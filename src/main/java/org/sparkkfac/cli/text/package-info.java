/**
 * What commands have found, as {@linkplain org.sparkkfac.cli.text.Answer text for people and JSON for programs}.
 *
 * <p>Its place: it knows no command and no option.
 */
@NullMarked
package org.sparkkfac.cli.text;

import org.jspecify.annotations.NullMarked;
