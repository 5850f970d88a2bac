package org.sparkkfac.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What people get wrong: each line gives the exit code, a part of the one line on stderr, and the command. {@code @} is
 * the directory of {@link WrongInputs} and {@code ~} an empty word; nothing in it may change, and nothing may be left in {@code @/out}.
 */
class WrongInputIT {
    @TempDir
    private static Path root;

    @BeforeAll
    static void writeInputs() throws IOException {
        new WrongInputs(root).write();
        Files.createDirectories(root.resolve("out"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        2 | which command? There are quickstart, init, plan, collect                 |
        2 | unknown command 'colect'; did you mean collect                       | colect
        2 | unknown option: '--statistic'; did you mean --statistics             | invert --statistics @/S --output @/out/p --statistic
        2 | missing required option: '--output=DIR'                              | invert --statistics @/S
        2 | 'eigne' is not one of factored, eigen, eigen-corrected, full, exact  | invert --statistics @/S --output @/out/p --method eigne
        2 | --damping much: give a number ≥ 0, or auto                           | invert --statistics @/S --output @/out/p --damping much
        2 | error: --damping=λ, --relative-damping=C are mutually exclusive      | invert --statistics @/S --output @/out/p --damping 1 --relative-damping 1
        2 | damping: must be a finite number of at least 0, not -1.0              | invert --statistics @/S --output @/out/p --damping -1
        2 | damping: must be a finite number of at least 0, not NaN               | invert --statistics @/S --output @/out/p --damping NaN
        2 | --threads must be at least 1, not 0                                  | invert --statistics @/S --output @/out/p --threads 0
        2 | 'mkl' is not one of bundled, system, java                            | info --blas mkl
        2 | no native BLAS here with blas = java                                 | info --blas java --require-native
        2 | unmatched argument at index 1: 'zsh'                                 | completion zsh
        2 | give at least two whole numbers ≥ 1 with hyphens between             | init --layers 64 --likelihood softmax --output @/out/m
        2 | give at least two whole numbers ≥ 1 with hyphens between             | init --layers 4-0-1 --likelihood softmax --output @/out/m
        2 | 200000 × 200001 weights are more than one matrix can hold            | init --layers 200000-200000 --likelihood softmax --output @/out/m
        2 | unknown likelihood 'softmx'; choose one of softmax                   | init --layers 4-1 --likelihood softmx --output @/out/m
        2 | node 'act': unknown op 'rleu'; choose one of dense                   | init --layers 4-2-1 --activation rleu --likelihood poisson --output @/out/m
        2 | variance must be positive and finite, not 0.0                        | init --layers 4-1 --likelihood gaussian --variance 0 --output @/out/m
        2 | 'softmax' has no constant 'variance'; it has none                    | init --layers 4-2 --likelihood softmax --variance 2 --output @/out/m
        2 | model: holds a model already; choose another path or allow overwriting (--overwrite) | init --layers 4-2 --likelihood softmax --output @/model
        2 | S: holds another artefact; choose another path                       | init --layers 4-2 --likelihood softmax --output @/S --overwrite
        2 | text: is a file but should be a directory                            | init --layers 4-2 --likelihood softmax --output @/text
        """)
    void commandLines(int code, String message, String command) {
        check(code, message, command == null ? List.of() : words(command));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        nowhere: no such file or directory; check the path                          | nowhere
        empty: has no manifest.json, so it is no artefact                           | empty
        text: header of                                                             | text
        T-ended: is what a training wrote, which is several things; give one of     | T-ended
        model-op/model.json: node 'act': unknown op 'tahn'; choose one of dense     | model-op
        node 'hidden': a dense layer needs units, a whole number                    | model-no-units
        node 'hidden': 2000000000 × 3 weights are more than one matrix can hold     | model-units-huge
        node 'stray' leads to no other; only the last node, 'output'                | model-dead
        two nodes are named 'hidden'; names must differ                             | model-twice
        unknown likelihood 'softmx'; choose one of softmax, sigmoid                 | model-likelihood
        unknown key 'nods'; known are format, version, inputs                       | model-key
        model.json: is version 2 but this spark-kfac reads up to 1; use a newer     | model-newer
        inputs of a node should be a list of names, such as ["hidden"]              | model-inputs
        model.json: not valid JSON at line 1, column                                | model-json
        no tensor 'hidden.bias'; the file has hidden.weight                         | model-missing
        tensors [spare.bias] belong to no layer of [hidden, output]                 | model-extra
        tensor 'hidden.weight' is [2, 3] but should be [3, 2]                       | model-shape
        layer hidden holds NaN or infinite numbers                                  | model-nan
        starts at byte 40 where 48 is due; the file is damaged                      | model-overlap
        starts at byte 4611686018427387904 where 144 is due                         | model-offsets
        the file is damaged or not safetensors, write it again                      | model-cut
        header of 1099511627776 bytes in a file of                                  | model-lie
        manifest.json: not valid JSON at line                                       | S-json
        path '../x.safetensors' is not a plain relative path                        | S-outside
        activation_covariance.safetensors: has 100 bytes but                        | S-cut
        gradient_covariance.safetensors: is missing; the artefact is damaged        | S-no-file
        """)
    void whatCannotBeInspected(String message, String path) {
        check(2, message, List.of("inspect", root.resolve(path).toString()));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        2 | nowhere: no such directory; check the path                            | invert --statistics @/nowhere --output @/out/p
        2 | text: is a file but should be the directory of an artefact            | invert --statistics @/text --output @/out/p
        2 | is spark-kfac/preconditioner but should be spark-kfac/statistics      | invert --statistics @/P --output @/out/p
        2 | S-other: is spark-kfac/else but should be spark-kfac/statistics       | invert --statistics @/S-other --output @/out/p
        2 | is version 9 of spark-kfac/statistics but this spark-kfac reads       | invert --statistics @/S-newer --output @/out/p
        2 | S-flipped/activation_covariance.safetensors: sha256 is                | invert --statistics @/S-flipped --output @/out/p
        2 | S-no-weight: the statistics hold no rows with a positive weight       | invert --statistics @/S-no-weight --output @/out/p
        2 | S: the statistic 'exact-block' is needed but only [kronecker] was     | invert --statistics @/S --output @/out/p --method exact
        2 | S: the statistic 'diagonal' is needed but only [kronecker] was        | invert --statistics @/S --output @/out/p --method diagonal
        3 | layer hidden: activation_covariance ⊗ gradient_covariance is singular | invert --statistics @/S --output @/out/p --damping 0
        3 | condition number infinite; a damping of                               | invert --statistics @/S --output @/out/p --damping 0 --method factored
        2 | P: holds a spark-kfac/preconditioner artefact; choose another path    | invert --statistics @/S --output @/P
        2 | foreign: is not empty and holds no spark-kfac artefact                | invert --statistics @/S --output @/foreign --overwrite
        2 | text: is a file but should be a directory                             | invert --statistics @/S --output @/text --overwrite
        2 | text/p: cannot be made: Parent path is not a directory                | invert --statistics @/S --output @/text/p
        2 | is where the statistics are, which would be lost                      | invert --statistics @/S --output @/out/../S --overwrite
        2 | cannot be used as a path: No FileSystem for scheme "foo"              | invert --statistics foo://b/S --output @/out/p
        2 | S-negative-rows/manifest.json: rows should be a whole number ≥ 0      | invert --statistics @/S-negative-rows --output @/out/p
        2 | S-half-a-row/manifest.json: rows should be a whole number, not '2.5'; the        | merge @/S-half-a-row --output @/out/s
        2 | S-minus/manifest.json: total_weight should be a finite number ≥ 0     | solve --preconditioner @/P --vector @/S-minus --output @/out/x
        2 | S-no-weight: holds no rows with a positive weight, so no mean gradient | solve --preconditioner @/P --vector @/S-no-weight --output @/out/x
        2 | S-unlabelled: has no gradient, since its rows had no labels or it is the average of a training; | solve --preconditioner @/P --vector @/S-unlabelled --output @/out/x
        2 | S-averaged: is a running average over the steps of a training, which holds no gradient; collect | solve --preconditioner @/P --vector @/S-averaged --output @/out/x
        2 | S-two/manifest.json: two layers are called 'output'; the artefact is  | invert --statistics @/S-two --output @/out/p
        2 | has no file 'exact_cholesky'; it has [activation_eigenvectors         | solve --preconditioner @/P-exact --vector @/S --output @/out/x
        2 | model: is a model; name the file of a vector, such as its weights     | solve --preconditioner @/P --vector @/model --output @/out/x
        2 | two vectors are called 'S', and so would their solutions be; rename   | solve --preconditioner @/P --vector @/S --vector @/S --output @/out/x
        2 | no layer is called 'nope'; there are hidden, output                   | invert --statistics @/S --output @/out/p --layer-damping nope=1
        2 | --layer-damping out: give the name of a layer and a number            | invert --statistics @/S --output @/out/p --layer-damping out
        2 | --layer-damping hidden=-1: damping: must be a finite number of at least 0 | invert --statistics @/S --output @/out/p --layer-damping hidden=-1
        2 | --layer-damping hidden=x: give the name of a layer and a number       | invert --statistics @/S --output @/out/p --layer-damping hidden=x
        2 | --damping auto needs held-out rows: add --validation DIR              | invert --statistics @/S --output @/out/p --damping auto
        2 | --validation is for --damping auto only; leave it out or add that     | invert --statistics @/S --output @/out/p --validation @/S
        2 | --validation @/S: holds the same rows as --statistics (data           | invert --statistics @/S --output @/out/p --damping auto --validation @/S
        2 | --damping=1 and --damping=2 exclude each other; give one, once        | invert --statistics @/S --output @/out/p --damping 1 --damping 2
        2 | a path is empty; give every option its path                           | invert --statistics ~ --output @/out/p
        2 | precondition.damping (--set precondition.damping=-3): must be a       | invert --statistics @/S --output @/out/p --set precondition.damping=-3
        2 | is spark-kfac/statistics but should be spark-kfac/preconditioner      | solve --preconditioner @/S --vector @/S --output @/out/x
        2 | method should be one of [factored, eigen, eigen-corrected, full, exact, diagonal], not 'eigne'                        | solve --preconditioner @/P-method --vector @/S --output @/out/x
        2 | --vector @/nowhere: no such file or directory; check the path         | solve --preconditioner @/P --vector @/nowhere --output @/out/x
        2 | text: header of                                                       | solve --preconditioner @/P --vector @/text --output @/out/x
        2 | tensors [spare.bias] belong to no layer of [hidden, output]           | solve --preconditioner @/P --vector @/model-extra/weights.safetensors --output @/out/x
        2 | layer hidden holds NaN or infinite numbers                            | solve --preconditioner @/P --vector @/model-nan/weights.safetensors --output @/out/x
        2 | 1 --downdate-weight for 0 --downdate; give every vector its own weight | solve --preconditioner @/P --vector @/S --downdate-weight 1 --output @/out/x
        2 | --downdate-weight must be finite, not NaN                             | solve --preconditioner @/P --vector @/S --downdate @/S --downdate-weight NaN --output @/out/x
        3 | the downdate is not positive definite: 1 − w·gᵀPg = -                 | solve --preconditioner @/P --vector @/S --downdate @/S --downdate-weight 1e9 --output @/out/x
        2 | text: exists; choose another path or add --overwrite                  | solve --preconditioner @/P --vector @/S --output @/text
        2 | foreign: is a directory; name a file                                  | solve --preconditioner @/P --vector @/S --output @/foreign --overwrite
        2 | text/x: cannot be written: Destination exists and is not a directory  | solve --preconditioner @/P --vector @/S --output @/text/x
        """)
    void whatCannotBeInvertedOrSolved(int code, String message, String command) {
        check(code, message, words(command));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        2 | missing required parameter: 'DIR'                                    | merge --output @/out/s
        2 | nowhere: no such directory; check the path                           | merge @/S @/nowhere --output @/out/s
        2 | P: is spark-kfac/preconditioner but should be spark-kfac/statistics  | merge @/S @/P --output @/out/s
        2 | S: is given twice, so that its rows would count twice; name it once  | merge @/S @/S --output @/out/s
        2 | S and @/S-flipped: hold the same rows (data fingerprint              | merge @/S @/S-flipped --output @/out/s
        2 | S-flipped/activation_covariance.safetensors: sha256 is               | merge @/S @/S-flipped --output @/out/s --allow-duplicates
        2 | layer hidden is 3 × 2 + bias and 4 × 2 + bias; collect both with     | merge @/S @/S-wide --output @/out/s --allow-duplicates
        2 | the model is not, fingerprint                                        | merge @/S @/S-model --output @/out/s --allow-duplicates
        2 | the precision is double and single; collect both with the same       | merge @/S @/S-single --output @/out/s --allow-duplicates
        2 | the Fisher matrix is monte-carlo and exact; collect both with        | merge @/S @/S-exact --output @/out/s --allow-duplicates
        2 | S has no diagonal, only kronecker; leave it out, or collect it       | merge @/S --kinds kronecker,diagonal --output @/out/s
        2 | 'kroneker' is not one of kronecker, exact-block, diagonal            | merge @/S --kinds kroneker --output @/out/s
        2 | --weights: 1 for 2 directories; give each one, in the same           | merge @/S @/S --weights 1 --output @/out/s
        2 | --weights: must be finite numbers ≥ 0, not -1.0                      | merge @/S --weights -1 --output @/out/s
        2 | --weights lists nothing; write --weights 0.9,1, or leave it out      | merge @/S --weights , --output @/out/s
        2 | --kinds lists nothing; write --kinds kronecker,diagonal, or leave    | merge @/S --kinds , --output @/out/s
        2 | --weights: must be finite numbers ≥ 0, not NaN                       | merge @/S --weights NaN --output @/out/s
        2 | model: has no manifest.json, so it is no artefact; check the path    | merge @/model --output @/out/s
        2 | '--weights' (W): 'x' is not a number                                 | merge @/S --weights x --output @/out/s
        2 | --weights: [0.0] would leave nothing of the rows                     | merge @/S --weights 0 --output @/out/s
        3 | is NaN or infinite in the sum; give the parts smaller weights        | merge @/S @/S --weights 1e308,1e308 --output @/out/s --allow-duplicates
        2 | S: holds a spark-kfac/statistics artefact; choose another path       | merge @/S --output @/S
        2 | foreign: is not empty and holds no spark-kfac artefact               | merge @/S --output @/foreign --overwrite
        2 | S-flipped/activation_covariance.safetensors: sha256 is               | inspect @/S-flipped --verify
        2 | S-flipped/activation_covariance.safetensors: sha256 is               | inspect @/S-flipped --spectra
        2 | S-other is spark-kfac/else, which has no spectra; leave them out (--spectra) | inspect @/S-other --spectra
        2 | model-nan/weights.safetensors: tensor 'hidden.weight': entry         | inspect @/model-nan/weights.safetensors --verify
        """)
    void whatCannotBeMergedOrVerified(int code, String message, String command) {
        check(code, message, words(command));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        nope.conf: there is no such configuration file                             | --conf @/nope.conf
        broken.conf:2: Key 'data' may not be followed by token                     | --conf @/broken.conf
        foreign: is a directory, not a configuration file                          | --conf @/foreign
        fisher.sample (--set fisher.sample=4): unknown key; did you mean fisher.samples? | --set fisher.sample=4
        more keys; is this a configuration of spark-kfac?                          | --conf @/P/manifest.json
        --set statistics.layers=[hid*]: cannot be read as a list; put what has     | --set statistics.layers=[hid*]
        no layer is called 'nope*'; there are hidden, output                       | --set statistics.layers=nope*
        fisher.samples (--set fisher.samples=many): wants a whole number           | --set fisher.samples=many
        fisher.type (--set fisher.type=exakt): wants one of exact, monte-carlo     | --set fisher.type=exakt
        fisher (--set fisher=4): is a section; set one of its keys, such as fisher.type | --set fisher=4
        --set fisher.samples: wants key=value                                      | --set fisher.samples
        statistics.groups (--set statistics.groups=0): must be at least 1          | --set statistics.groups=0
        data.features (--set data.features=[a,a]): names a column twice            | --set data.features=[a,a]
        "empirical" needs the labels in the data                                   | --set data.label=null --set fisher.type=empirical
        data.path is not set; give it in the file of --conf, or with --set         | --set data.path=null
        model.path is not set; give it in the file of --conf, or with --set        | --set model.path=null
        output.path is not set; give it in the file of --conf, or with --set       | --set output.path=null
        nowhere: no such directory; give the directory of a model                  | --set model.path=@/nowhere
        model-nan/weights.safetensors: layer hidden holds NaN                      | --set model.path=@/model-nan
        data.path: @/nowhere: no such file or directory; check the path            | --set data.path=@/nowhere
        'foo://b/x': cannot be used as a path: No FileSystem for scheme            | --set data.path=foo://b/x
        S: holds a spark-kfac/statistics artefact; choose another path             | --set output.path=@/S
        foreign: is not empty and holds no spark-kfac artefact                     | --set output.path=@/foreign --overwrite
        text/s: cannot be made: Parent path is not a directory                     | --set output.path=@/text/s
        output.path: @/foreign/s lies in data.path = @/foreign, which is read      | --set data.path=@/foreign --set output.path=@/foreign/s
        T-ended: holds no model itself but what a training wrote; give @/T-ended/model | --set model.path=@/T-ended
        data.table (--set data.table=t): is set, and so is data.path; take one     | --set data.table=t
        data.limit (--set data.limit=0): must be at least 1 row, not 0             | --set data.limit=0
        data.pipeline: @/foreign: holds no saved PipelineModel; give the directory | --set data.pipeline=@/foreign
        "quarantine" needs data.quarantine-path                                    | --set data.bad-rows=quarantine
        foreign: is not empty and holds no bad rows of an earlier run              | --set data.bad-rows=quarantine --set data.quarantine-path=@/foreign --overwrite
        text: is a file but should be a directory                                  | --set data.bad-rows=quarantine --set data.quarantine-path=@/text
        good.json/b lies in data.path = @/rows/good.json, or that in it            | --set data.bad-rows=quarantine --set data.quarantine-path=@/rows/good.json/b
        lies in output.path = @/out/s, or that in it; choose another path          | --set data.bad-rows=quarantine --set data.quarantine-path=@/out/s
        """)
    void whatCollectRefusesBeforeItStartsSpark(String message, String options) {
        long start = System.nanoTime();
        check(2, message, collect(options));
        assertThat((System.nanoTime() - start) / 1e9).as("seconds").isLessThan(3);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        2 | rows/null.json, row 4: x[1] is null or not a number                  | --set data.path=@/rows/null.json
        2 | rows/short.json, row 4: x has 1 numbers but the network has 2 inputs | --set data.path=@/rows/short.json
        2 | row 4: column label: label 3.0 must be a class index 0 … 2           | --set data.path=@/rows/label.json
        2 | row 4: column label: label -1.0 must be a class index 0 … 2          | --set data.path=@/rows/negative.json
        2 | rows/unparsable.json, row 4: x is null                               | --set data.path=@/rows/unparsable.json
        2 | unparsable.json: the source's reader cannot parse it                 | --set data.path=@/rows/unparsable.json --set data.options.mode=FAILFAST
        2 | row 1: w is null or not a number, but every weight must be                                               | --set data.path=@/rows/text.json --set data.weight=w
        2 | row 1: t has 1 numbers but the network has 2 inputs                  | --set data.path=@/rows/text.json --set data.features=t --set data.label=null
        2 | data.table: 'nope': The table or view `nope` cannot be found.        | --set data.path=null --set data.table=nope
        2 | data.where: 'label>' is no condition on these rows: Syntax error     | --set data.where=label>
        2 | data.where: 'labl=1' is no condition on these rows: A column         | --set data.where=labl=1
        2 | all 4 rows are bad (4 weight), such as @/rows/text.json, row 1: w is | --set data.path=@/rows/text.json --set data.weight=w --set data.bad-rows=skip
        2 | the dataset is empty; check where its rows come from (data.path)     | --set data.where=label>9
        2 | bad.libsvm, row 2: the source's reader cannot parse it               | --set data.format=libsvm --set data.features=features --set data.path=@/rows/bad.libsvm --set data.bad-rows=skip
        2 | features column 's' is struct<u:bigint>; it must be numeric          | --set data.path=@/rows/text.json --set data.features=s
        2 | column 'y' is not in the data, which has [label, x]; check its name (data.label) | --set data.path=@/rows/good.json --set data.label=y
        2 | id column 'x' is array<double>; an id must be a whole number         | --set data.path=@/rows/good.json --set data.id=x
        2 | rows/nan.csv, row 2: b is NaN, but every input must be finite        | --csv --set data.path=@/rows/nan.csv
        2 | rows/infinite.csv, row 2: b is Infinity, but every input             | --csv --set data.path=@/rows/infinite.csv
        2 | rows/word.csv, row 2: b is null or not a number                      | --csv --set data.path=@/rows/word.csv
        2 | the dataset is empty; check where its rows come from (data.path)     | --csv --set data.path=@/rows/heading.csv
        2 | which has [_c0, _c1, _c2]; if the files have a header                | --csv --set data.path=@/rows/nan.csv --set data.options.header=false
        3 | activation_covariance is NaN or infinite though every row is finite  | --csv --set data.path=@/rows/huge.csv
        2 | rows/bad.libsvm, row 2: the source's reader cannot parse it          | --set data.format=libsvm --set data.features=features --set data.path=@/rows/bad.libsvm
        2 | cut.parquet                                                          | --set data.format=parquet --set data.path=@/rows/cut.parquet
        2 | bad.orc                                                              | --set data.format=orc --set data.path=@/rows/bad.orc
        2 | empty: holds no files that the format parquet can read            | --set data.format=parquet --set data.path=@/empty
        2 | nowhere*: no such file or directory                                  | --set data.path=@/nowhere*
        2 | data.format: no data source is called 'parket'                       | --set data.format=parket --set data.path=@/rows/good.json
        2 | No suitable driver; check the options                                | --set data.format=jdbc --set data.options.url=jdbc:no:x --set data.options.dbtable=t
        2 | Spark refuses a setting: Could not parse Master URL: 'lokal'         | --set data.path=@/rows/good.json --set spark.master=lokal
        2 | Spark refuses a setting                                              | --set data.path=@/rows/good.json --set spark.task.cpus=zero
        2 | spark.sql.shuffle.partitions                                         | --set data.path=@/rows/good.json --set spark.sql.shuffle.partitions=many
        2 | Spark refuses a setting: Invalid master URL: spark://nowhere         | --set data.path=@/rows/good.json --set spark.master=spark://nowhere
        2 | data.options: the source refuses one: For input string: "maybe"      | --set data.path=@/rows/good.json --set data.options.multiLine=maybe
        2 | there is no class nope.Nope                                          | --set data.path=@/rows/good.json --set spark.serializer=nope.Nope
        2 | raise that setting to 32 MiB or more                                 | --set data.path=@/rows/good.json --set spark.driver.maxResultSize=10k
        2 | (100.0 B); lower statistics.groups or raise that setting             | --set data.path=@/rows/good.json --set spark.driver.maxResultSize=100
        """)
    void whatCollectRefusesOnceItReadsTheRows(int code, String message, String options) {
        check(code, message, collect(options));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        out/k: holds no whole checkpoint to go on from, yet @/T-ended holds a training; give the place of its checkpoints, or overwrite it (train.checkpoint.path, --overwrite) | --set output.path=@/T-ended --set train.checkpoint.path=@/out/k --resume
        T-ended/checkpoints: holds no whole checkpoint to go on from               | --set output.path=@/T-ended --resume
        out/k: holds no whole checkpoint to go on from, yet @/T-killed holds       | --set output.path=@/T-killed --set train.checkpoint.path=@/out/k --resume
        output.path: @/foreign/t lies in data.path = @/foreign, which is read      | --set data.path=@/foreign --set output.path=@/foreign/t
        train.checkpoint.path: @/foreign/k lies in data.path = @/foreign, which is | --set data.path=@/foreign --set train.checkpoint.path=@/foreign/k
        output.path: @/empty lies in data.validation.path = @/empty, which is read | --set data.validation.path=@/empty --set output.path=@/empty
        output.path: @/text is a file but should be a directory; choose another    | --set output.path=@/text
        train.checkpoint.path: @/out/t is the directory of the training; leave it  | --set train.checkpoint.path=@/out/t
        train.checkpoint.path: @/out/t/model lies in @/out/t/model, which training | --set train.checkpoint.path=@/out/t/model
        out/t/statistics/a/b lies in @/out/t/statistics, which training writes     | --set train.checkpoint.path=@/out/t/statistics/a/b
        text: is a file but should be the directory of checkpoints                 | --set train.checkpoint.path=@/text
        text/k/step-00000000: cannot be made: Parent path is not a directory       | --set train.checkpoint.path=@/text/k
        step-00000009/manifest.json: not valid JSON at line 1, column              | --set output.path=@/T-damaged --resume
        there is no whole checkpoint before it: begin anew by overwriting (--overwrite) | --set output.path=@/T-damaged --resume
        T-lost/checkpoints: holds no whole checkpoint to go on from                | --set output.path=@/T-lost --resume
        """)
    void whatTrainRefusesBeforeItStartsSpark(String message, String options) {
        long start = System.nanoTime();
        check(2, message, train(options));
        assertThat((System.nanoTime() - start) / 1e9).as("seconds").isLessThan(3);
    }

    @Test
    void whatPredictRefusesBeforeItStartsSpark() {
        check(
                2,
                "--output: @/foreign lies in data.path = @/foreign, which is read",
                words("predict --set model.path=@/model --set data.path=@/foreign --output @/foreign --overwrite"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        data.validation.where: 'label>' is no condition on these rows: Syntax error | --set data.validation.where=label>
        data.validation.where: 'labl=1' is no condition on these rows: A column     | --set data.validation.where=labl=1
        data.where: 'labl=1' is no condition on these rows: A column                | --set data.where=labl=1
        """)
    void whatTrainRefusesOnceItReadsTheRows(String message, String options) {
        check(2, message, train(options));
    }

    private static List<String> train(String options) {
        return words("train --set model.path=@/model --set output.path=@/out/t --set data.path=@/rows/good.json"
                + " --set data.format=json --set data.features=x --set spark.master=local[2] " + options);
    }

    private static List<String> collect(String options) {
        String base = "collect --set model.path=@/model --set output.path=@/out/s --set data.path=@/rows/good.json"
                + " --set data.format=json --set data.features=x --set spark.master=local[2] ";
        String csv = "--set data.format=csv --set data.options.header=true --set data.features=[a,b] ";
        return words(base + options.replace("--csv ", csv));
    }

    private static void check(int code, String message, List<String> command) {
        var before = Trees.of(root);
        Kfac.Result result = Kfac.run(command.toArray());
        assertThat(result.err())
                .startsWith("kfac: error: ")
                .contains(placed(message))
                .hasLineCount(1);
        assertThat(result.code()).isEqualTo(code);
        assertThat(result.out()).isEmpty();
        assertThat(Trees.of(root)).as("what is there afterwards").isEqualTo(before);
    }

    private static List<String> words(String command) {
        return Stream.of(command.split(" ")).map(WrongInputIT::placed).toList();
    }

    private static String placed(String text) {
        return text.equals("~") ? "" : text.replace("@/", root + "/");
    }
}
