/** Classes that each break a rule of the architecture test; nothing uses them. */
package org.sparkkfac.archfixtures;
