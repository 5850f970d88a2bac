package org.sparkkfac.archfixtures.train.state;

import org.sparkkfac.archfixtures.train.Loop;

public record UsesLoop(Loop larger) {}
