package org.sparkkfac.io.tensors;

/** Takes the tensors of a file one by one, so that only one has to be in memory. */
@FunctionalInterface
public interface TensorVisitor {
    /** Takes one tensor, which the visitor owns from now on. */
    void visit(String name, Tensor tensor);
}
