package org.sparkkfac.io.tensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.sparkkfac.io.artefact.Fixtures.at;
import static org.sparkkfac.io.artefact.Fixtures.bytes;
import static org.sparkkfac.io.artefact.Fixtures.damage;
import static org.sparkkfac.io.artefact.Fixtures.file;
import static org.sparkkfac.io.artefact.Fixtures.read;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sparkkfac.UserException;
import org.sparkkfac.io.files.FileDigest;
import org.sparkkfac.io.files.Location;

class SafetensorsTest {
    @TempDir
    Path directory;

    private static DenseTensor matrix(int rows, int columns, double... values) {
        return new DenseTensor(Shape.of(rows, columns), values);
    }

    @Test
    void bytesAreThoseOfTheSpecification() throws IOException {
        String json = "{\"count\":{\"dtype\":\"I64\",\"shape\":[1],\"data_offsets\":[0,8]},"
                + "\"a\":{\"dtype\":\"F64\",\"shape\":[1,2],\"data_offsets\":[8,24]},"
                + "\"ä\":{\"dtype\":\"F32\",\"shape\":[],\"data_offsets\":[24,28]}}";
        byte[] header = json.getBytes(StandardCharsets.UTF_8);
        int padded = (header.length + 7) / 8 * 8;
        assertThat(padded).as("the test should see padding").isGreaterThan(header.length);
        ByteBuffer golden = ByteBuffer.allocate(8 + padded + 28).order(ByteOrder.LITTLE_ENDIAN);
        golden.putLong(padded).put(header);
        while (golden.position() < 8 + padded) {
            golden.put((byte) ' ');
        }
        golden.putLong(-7).putDouble(1.5).putDouble(-0.0).putFloat(0.1f);

        Map<String, TensorSource> entries = new LinkedHashMap<>();
        entries.put("ä", new DenseTensor(Shape.of(), new double[] {0.1}).asFloat32());
        entries.put("a", matrix(1, 2, 1.5, -0.0));
        entries.put("count", IntegerTensor.count(-7));
        assertThat(bytes(entries)).isEqualTo(golden.array());
    }

    @Test
    void bytesDoNotDependOnTheOrderOfTheMap() throws IOException {
        Map<String, TensorSource> forth = new LinkedHashMap<>();
        Map<String, TensorSource> back = new LinkedHashMap<>();
        for (int i = 0; i < 20; i++) {
            forth.put("layer" + i, DenseTensor.vector(i));
            back.put("layer" + (19 - i), DenseTensor.vector(19 - i));
        }
        assertThat(bytes(forth)).isEqualTo(bytes(back));
    }

    @Test
    void whatIsWrittenReadsBackBitForBit() throws IOException {
        double[] values = new Random(1).doubles(20_000).toArray();
        values[3] = Double.NaN;
        values[5] = Double.NEGATIVE_INFINITY;
        values[7] = Double.MIN_VALUE;
        Tensors tensors = read(bytes(Map.of(
                "w", new DenseTensor(Shape.of(100, 200), values),
                "none", new DenseTensor(Shape.of(0, 3), new double[0]),
                "scalar", new DenseTensor(Shape.of(), new double[] {4}),
                "n", new IntegerTensor(Shape.of(2), new long[] {Long.MIN_VALUE, Long.MAX_VALUE}))));

        assertThat(tensors.dense("w", 100, 200).values()).isEqualTo(values);
        assertThat(tensors.dense("none", 0, 3).values()).isEmpty();
        assertThat(tensors.dense("scalar").shape()).isEqualTo(Shape.of());
        assertThat(((IntegerTensor) tensors.get("n")).values()).containsExactly(Long.MIN_VALUE, Long.MAX_VALUE);
    }

    @Test
    void aSourceIsStreamedElementByElement() throws IOException {
        TensorSource identity = new TensorSource() {
            @Override
            public Shape shape() {
                return Shape.of(300, 300);
            }

            @Override
            public Dtype dtype() {
                return Dtype.F64;
            }

            @Override
            public void writeTo(TensorSink sink) throws IOException {
                double[] row = new double[300];
                for (int i = 0; i < 300; i++) {
                    row[i] = 1;
                    sink.put(row[0]);
                    sink.put(row, 1, 299);
                    row[i] = 0;
                }
            }
        };
        double[] values = read(bytes(Map.of("i", identity))).dense("i").values();
        assertThat(Arrays.stream(values).sum()).isEqualTo(300);
        assertThat(values[301]).isEqualTo(1);
    }

    @Test
    void aSourceThatPutsTooFewOrTooManyIsABug() {
        assertThatIllegalStateException()
                .isThrownBy(() -> bytes(Map.of("x", putting(2))))
                .withMessageContaining("'x'");
        assertThatIllegalStateException()
                .isThrownBy(() -> bytes(Map.of("x", putting(4))))
                .withMessageContaining("'x'");
    }

    private static TensorSource putting(int count) {
        return new TensorSource() {
            @Override
            public Shape shape() {
                return Shape.of(3);
            }

            @Override
            public Dtype dtype() {
                return Dtype.F64;
            }

            @Override
            public void writeTo(TensorSink sink) throws IOException {
                sink.put(new double[count], 0, count);
            }
        };
    }

    @Test
    void aValueTooLargeForSinglePrecisionIsRefusedAndLeavesNoFile() {
        Location file = at(directory.resolve("deep/x.safetensors"));
        assertThatExceptionOfType(UserException.class)
                .isThrownBy(() -> Safetensors.write(
                        file, false, Map.of("x", DenseTensor.vector(1e300).asFloat32())))
                .withMessageContaining("1.0E300 is too large for F32");
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void narrowFloatsAndIntegersWiden() {
        ByteBuffer file = ByteBuffer.wrap(file(
                        "{\"__metadata__\":{\"format\":\"pt\"},"
                                + "\"h\":{\"dtype\":\"F16\",\"shape\":[6],\"data_offsets\":[0,12]},"
                                + "\"b\":{\"dtype\":\"BF16\",\"shape\":[2],\"data_offsets\":[12,16]},"
                                + "\"f\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[16,20]},"
                                + "\"i\":{\"dtype\":\"I32\",\"shape\":[1],\"data_offsets\":[20,24]}}",
                        24))
                .order(ByteOrder.LITTLE_ENDIAN);
        file.position(file.capacity() - 24);
        for (int half : new int[] {0x3c00, 0xc000, 0x0001, 0x7bff, 0xfc00, 0x8000}) {
            file.putShort((short) half);
        }
        file.putShort((short) 0x3f80).putShort((short) 0xc040).putFloat(0.1f).putInt(-5);

        Tensors tensors = read(file.array());
        assertThat(tensors.names()).containsExactly("h", "b", "f", "i");
        assertThat(tensors.dense("h").values()).containsExactly(1, -2, 0x1p-24, 65504, Double.NEGATIVE_INFINITY, -0.0);
        assertThat(tensors.dense("b").values()).containsExactly(1, -3);
        assertThat(tensors.dense("f").values()).containsExactly(0.1f);
        assertThat(tensors.count("i")).isEqualTo(-5);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            # what is wrong                | header                                                      | bytes | message
            a dtype that is not read       | {'x':{'dtype':'U8','shape':[2],'data_offsets':[0,2]}}       | 2  | dtype "U8" is not read here
            no dtype                       | {'x':{'shape':[2],'data_offsets':[0,2]}}                    | 2  | dtype is missing
            no shape                       | {'x':{'dtype':'F64','data_offsets':[0,8]}}                  | 8  | shape should be an array
            a negative extent              | {'x':{'dtype':'F64','shape':[-1],'data_offsets':[0,8]}}     | 8  | shape should be an array
            a fractional extent            | {'x':{'dtype':'F64','shape':[1.0],'data_offsets':[0,8]}}    | 8  | shape should be an array
            an extent beyond long          | {'x':{'dtype':'F64','shape':[99999999999999999999],'data_offsets':[0,8]}} | 8 | shape should be an array
            a product beyond long          | {'x':{'dtype':'F64','shape':[4294967296,4294967296],'data_offsets':[0,0]}} | 0 | too many elements
            a size that wraps to the right | {'x':{'dtype':'F64','shape':[2305843009213693953],'data_offsets':[0,8]}} | 8 | 8 bytes for F64
            offsets that run backwards     | {'x':{'dtype':'F64','shape':[0],'data_offsets':[8,0]}}      | 8  | are no range
            three offsets                  | {'x':{'dtype':'F64','shape':[1],'data_offsets':[0,8,8]}}    | 8  | are no range
            a size that is not the shape's | {'x':{'dtype':'F64','shape':[2],'data_offsets':[0,8]}}      | 8  | 8 bytes for F64 of shape [2]
            half an element                | {'x':{'dtype':'F64','shape':[1],'data_offsets':[0,12]}}     | 12 | 12 bytes for F64
            a hole at the start            | {'x':{'dtype':'F64','shape':[1],'data_offsets':[8,16]}}     | 16 | starts at byte 8 where 0 is due
            an overlap                     | {'x':{'dtype':'F64','shape':[1],'data_offsets':[0,8]},'y':{'dtype':'F64','shape':[1],'data_offsets':[0,8]}} | 8 | starts at byte 0 where 8 is due
            bytes left over                | {'x':{'dtype':'F64','shape':[1],'data_offsets':[0,8]}}      | 9  | tensors of 8 bytes in a file with 9
            a buffer beyond the file       | {'x':{'dtype':'F64','shape':[2],'data_offsets':[0,16]}}     | 8  | tensors of 16 bytes in a file with 8
            the same name twice            | {'x':{'dtype':'F64','shape':[0],'data_offsets':[0,0]},'x':{'dtype':'F64','shape':[0],'data_offsets':[0,0]}} | 0 | Duplicate
            an entry that is no object     | {'x':[1]}                                                   | 0  | dtype is missing
            a header that is no object     | [1]                                                         | 0  | should be a JSON object
            text after the header          | {} 7                                                        | 0  | not valid JSON
            no JSON at all                 | hello                                                       | 0  | not valid JSON
            """)
    void aHeaderIsRefusedThatHas(String wrong, String header, int bufferBytes, String message) {
        assertThatExceptionOfType(UserException.class)
                .as(wrong)
                .isThrownBy(() -> read(file(header.replace('\'', '"'), bufferBytes)))
                .withMessageStartingWith("x.safetensors")
                .withMessageContaining(message)
                .withMessageContaining("; ");
    }

    @Test
    void aHeaderLongerThanTheFileOrTheBoundIsRefused() {
        for (long length : new long[] {-1, Long.MIN_VALUE, 0, 1, 3, 100_000_001, Long.MAX_VALUE}) {
            byte[] bytes = file("{}", 0);
            ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putLong(length);
            assertThatExceptionOfType(UserException.class)
                    .isThrownBy(() -> read(bytes))
                    .withMessageContaining("header of " + Long.toUnsignedString(length) + " bytes");
        }
        assertThat(read(file("{}", 0)).names()).isEmpty();
    }

    @Test
    void deepNestingAndBadUtf8AreRefused() {
        assertThatExceptionOfType(UserException.class).isThrownBy(() -> read(file("[".repeat(100_000), 0)));
        byte[] bytes = file("{\"x\":1}", 0);
        bytes[10] = (byte) 0xff;
        assertThatExceptionOfType(UserException.class)
                .isThrownBy(() -> read(bytes))
                .withMessageContaining("not UTF-8");
    }

    @Test
    void aDamagedFileIsRefusedOrReadsAsATensorFile() throws IOException {
        long seed = new Random().nextLong();
        System.out.println("SafetensorsTest seed " + seed);
        Random random = new Random(seed);
        byte[] valid = bytes(Map.of(
                "a", matrix(2, 3, 1, 2, 3, 4, 5, 6),
                "b", DenseTensor.vector(7, 8).asFloat32(),
                "n", IntegerTensor.count(9)));
        int refused = 0;
        for (int i = 0; i < 5_000; i++) {
            byte[] damaged = damage(valid, random);
            try {
                for (Tensor tensor : read(damaged).asMap().values()) {
                    assertThat(tensor.shape().size()).isLessThanOrEqualTo(valid.length);
                }
            } catch (UserException e) {
                assertThat(e).as("seed %d", seed).hasMessageStartingWith("x.safetensors");
                assertThat(e.getMessage().lines()).as("seed %d", seed).hasSize(1);
                refused++;
            }
        }
        assertThat(refused).as("seed %d", seed).isGreaterThan(2_000);
    }

    @Test
    void aFileEndsEarlyWhereItsLengthSaysOtherwise() throws IOException {
        byte[] bytes = bytes(Map.of("a", DenseTensor.vector(1, 2)));
        for (int cut : new int[] {0, 7, 20, bytes.length - 1}) {
            assertThatExceptionOfType(UserException.class)
                    .isThrownBy(() -> read(Arrays.copyOf(bytes, cut), bytes.length))
                    .withMessageContaining("the file ends early");
        }
    }

    @Test
    void oneTensorOrTheHeaderAloneCanBeReadFromAFile() {
        Location file = at(directory.resolve("x.safetensors"));
        Safetensors.write(
                file,
                false,
                Map.of("a", DenseTensor.vector(1, 2), "b", DenseTensor.vector(3), "c", DenseTensor.vector(4)));

        Map<String, Tensor> visited = new LinkedHashMap<>();
        Safetensors.visit(file, "b"::equals, visited::put);
        assertThat(visited).containsOnlyKeys("b");
        assertThat(((DenseTensor) visited.get("b")).values()).containsExactly(3);
        assertThat(Safetensors.header(file))
                .containsExactly(
                        new TensorInfo("a", Dtype.F64, Shape.of(2), 0, 16),
                        new TensorInfo("b", Dtype.F64, Shape.of(1), 16, 24),
                        new TensorInfo("c", Dtype.F64, Shape.of(1), 24, 32));
        assertThatExceptionOfType(UserException.class)
                .isThrownBy(() -> Safetensors.read(file).get("d"))
                .withMessageContaining("no tensor 'd'; the file has");
    }

    @Test
    void theDigestIsThatOfTheFile() throws Exception {
        Path path = directory.resolve("x.safetensors");
        FileDigest digest = Safetensors.write(at(path), false, Map.of("a", DenseTensor.vector(1, 2)));
        byte[] bytes = Files.readAllBytes(path);
        byte[] sha256 = java.security.MessageDigest.getInstance("SHA-256").digest(bytes);
        assertThat(digest)
                .isEqualTo(new FileDigest(bytes.length, java.util.HexFormat.of().formatHex(sha256)));
    }

    @Test
    void lookingUpATensorNamesWhatIsWrong() {
        Tensors tensors = new Tensors("f", Map.of("w", matrix(1, 2, 1, 2), "n", IntegerTensor.count(3)));
        assertThat(tensors.count("n")).isEqualTo(3);
        for (Runnable wrong :
                List.<Runnable>of(() -> tensors.dense("w", 2, 1), () -> tensors.dense("n"), () -> tensors.count("w"))) {
            assertThatExceptionOfType(UserException.class)
                    .isThrownBy(wrong::run)
                    .withMessageStartingWith("f: tensor '");
        }
    }
}
