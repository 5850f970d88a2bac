package org.sparkkfac.archfixtures.io.files;

import org.sparkkfac.archfixtures.io.tensors.UsesFiles;

public record UsesTensors(UsesFiles allowedButACycle) {}
