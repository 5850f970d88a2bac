package org.sparkkfac.archfixtures.attic;

final class Stray {}
