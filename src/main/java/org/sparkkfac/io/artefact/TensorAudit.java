package org.sparkkfac.io.artefact;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.sparkkfac.UserException;
import org.sparkkfac.io.files.Location;
import org.sparkkfac.io.manifest.ArtefactFile;
import org.sparkkfac.io.tensors.DenseTensor;
import org.sparkkfac.io.tensors.Safetensors;
import org.sparkkfac.io.tensors.Tensor;

/**
 * What reading every value of an artefact or file found: that its checksums hold, that its numbers are finite, that
 * covariances are symmetric with no negative diagonal, and the norms of all tensors. One tensor is in memory at a time.
 *
 * @param files number of tensor files
 * @param bytes their size
 * @param norms Euclidean norms of the tensors as they are stored, by file and name; integers have none
 */
public record TensorAudit(int files, long bytes, Map<String, Map<String, Double>> norms) {
    private static final String MEND = "; the artefact is damaged, write it again";

    /**
     * Reads all files of an artefact.
     *
     * @throws UserException if a file is not what was written, or its numbers cannot be right; it names the file
     */
    public static TensorAudit of(ArtefactReader artefact) {
        Map<String, Map<String, Double>> norms = new LinkedHashMap<>();
        long bytes = 0;
        for (Map.Entry<String, ArtefactFile> file : artefact.files().entrySet()) {
            Check check = new Check(TensorRule.ofFile(file.getKey()));
            artefact.visit(file.getKey(), name -> true, check::add);
            check.end(artefact.directory().child(file.getValue().path()).toString());
            norms.put(file.getKey(), check.norms);
            bytes += file.getValue().length();
        }
        return new TensorAudit(norms.size(), bytes, norms);
    }

    /**
     * Reads one tensor file, for which there is no checksum.
     *
     * @param name the key of its norms
     * @throws UserException if it is malformed or its numbers are not finite
     */
    public static TensorAudit of(Location file, String name) {
        Check check = new Check(TensorRule.ANY);
        Safetensors.visit(file, key -> true, check::add);
        check.end(file.toString());
        return new TensorAudit(1, file.requireFile().getLen(), Map.of(name, check.norms));
    }

    /** Checks the tensors of one file. {@link #end} reports what is wrong, after the checksum, which explains more. */
    private static final class Check {
        private final TensorRule rule;
        private final Map<String, Double> norms = new LinkedHashMap<>();
        private final List<String> problems = new ArrayList<>();

        Check(TensorRule rule) {
            this.rule = rule;
        }

        void add(String name, Tensor tensor) {
            if (tensor instanceof DenseTensor dense) {
                rule.check(dense).ifPresent(what -> problems.add("tensor '" + name + "': " + what));
                norms.put(name, norm(dense.values()));
            }
        }

        void end(String place) {
            if (!problems.isEmpty()) {
                throw new UserException(place + ": " + problems.get(0) + MEND);
            }
        }

        /** Scaled by the largest entry, so that no square overflows or vanishes. */
        private static double norm(double[] values) {
            double largest = 0;
            for (double value : values) {
                largest = Math.max(largest, Math.abs(value));
            }
            double sum = 0;
            for (double value : values) {
                sum += value / largest * (value / largest);
            }
            return largest > 0 ? largest * Math.sqrt(sum) : 0;
        }
    }
}
