package org.sparkkfac.archfixtures.io.files;

import org.sparkkfac.archfixtures.io.Artefact;

record UsesArtefact(Artefact artefact) {}
