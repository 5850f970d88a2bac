/** Activations: scalar functions and their derivatives, applied to every entry; one file each. */
@NullMarked
package org.sparkkfac.nn.activation;

import org.jspecify.annotations.NullMarked;
