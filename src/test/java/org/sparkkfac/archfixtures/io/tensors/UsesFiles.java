package org.sparkkfac.archfixtures.io.tensors;

import org.sparkkfac.archfixtures.io.files.UsesTensors;

public record UsesFiles(UsesTensors cycle) {}
