package org.sparkkfac.train;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.sparkkfac.io.files.Json;
import org.sparkkfac.io.tensors.SafetensorsReader;
import org.sparkkfac.io.tensors.SafetensorsWriter;
import org.sparkkfac.io.tensors.Tensor;
import org.sparkkfac.io.tensors.TensorSource;
import org.sparkkfac.io.tensors.Tensors;
import org.sparkkfac.io.training.StateForm;
import org.sparkkfac.linalg.LayerShape;
import org.sparkkfac.train.optimiser.OptimiserSettings;
import org.sparkkfac.train.state.OptimiserState;
import org.sparkkfac.train.state.TrainingState;

/** States in the bytes that a checkpoint keeps of them: the length of the numbers, the numbers, the tensors. */
public final class StateBytes {
    private StateBytes() {}

    public static byte[] of(TrainingState state) {
        StateForm form = StateForm.of(state);
        byte[] numbers = Json.prettyBytes(form.numbers());
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            bytes.writeBytes(
                    ByteBuffer.allocate(Integer.BYTES).putInt(numbers.length).array());
            bytes.writeBytes(numbers);
            SafetensorsWriter.write(bytes, "bytes", form.tensors());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return bytes.toByteArray();
    }

    static TrainingState read(Problem problem, OptimiserSettings optimiser, byte[] bytes) {
        List<LayerShape> layers = problem.network().layers();
        return read(layers, optimiser.start(layers), bytes);
    }

    public static TrainingState read(List<LayerShape> layers, OptimiserState like, byte[] bytes) {
        int end = Integer.BYTES + ByteBuffer.wrap(bytes).getInt();
        byte[] numbers = Arrays.copyOfRange(bytes, Integer.BYTES, end);
        Tensors tensors = tensors(new ByteArrayInputStream(bytes, end, bytes.length - end), (long) bytes.length - end);
        return StateForm.read(Json.parseObject(numbers, "bytes"), tensors, layers, like);
    }

    private static Tensors tensors(InputStream in, long length) {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        try {
            SafetensorsReader reader = new SafetensorsReader(in, length, "bytes");
            reader.visit(reader.header(), name -> true, tensors::put);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return new Tensors("bytes", tensors);
    }

    /** Of the absolute elements of a tensor. */
    public static double sum(TensorSource tensor) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            SafetensorsWriter.write(bytes, "bytes", Map.of("tensor", tensor));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        Tensors read = tensors(new ByteArrayInputStream(bytes.toByteArray()), bytes.size());
        return Arrays.stream(read.dense("tensor").values()).map(Math::abs).sum();
    }
}
