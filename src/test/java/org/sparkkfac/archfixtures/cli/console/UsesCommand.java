package org.sparkkfac.archfixtures.cli.console;

import org.sparkkfac.archfixtures.cli.Command;

record UsesCommand(Command command) {}
