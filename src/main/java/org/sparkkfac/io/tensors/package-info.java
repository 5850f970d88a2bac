/**
 * Tensor files: safetensors, written from whatever can put its elements in row-major order, read after every claim of
 * the header is checked.
 *
 * <p>{@link org.sparkkfac.io.tensors.Safetensors} streams {@link org.sparkkfac.io.tensors.TensorSource}s into a file and
 * visits or collects the {@link org.sparkkfac.io.tensors.Tensor}s of one. Neither way holds more than one tensor beside
 * what the caller keeps.
 *
 * <p>The law: equal content gives equal bytes, those of the reference implementation; what is written is read back to
 * the bit.
 *
 * <p>Its place: it uses {@link org.sparkkfac.io.files} and the matrices of {@link org.sparkkfac.linalg}; it knows no
 * artefact.
 */
@NullMarked
package org.sparkkfac.io.tensors;

import org.jspecify.annotations.NullMarked;
