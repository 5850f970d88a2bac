package org.sparkkfac.linalg;

import dev.ludovic.netlib.blas.BLAS;
import dev.ludovic.netlib.blas.JavaBLAS;
import dev.ludovic.netlib.blas.NativeBLAS;
import dev.ludovic.netlib.lapack.JavaLAPACK;
import dev.ludovic.netlib.lapack.NativeLAPACK;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.sparkkfac.UserException;

/**
 * The BLAS and LAPACK of this process, chosen once, before the first product.
 *
 * <p>Order of preference: the library that the user names with {@code dev.ludovic.netlib.blas.nativeLib} or {@code
 * nativeLibPath}; the OpenBLAS in this jar; plain Java. A library of the operating system is used only when asked for
 * ({@link Choice#SYSTEM}), since it is often the slow reference one. This class holds the only mutable static of the
 * project.
 */
public final class Blas {
    /** What the configuration key {@code blas} can ask for. */
    public enum Choice {
        /** The user's property, else the OpenBLAS in this jar, else Java. */
        BUNDLED,
        /** The {@code libblas.so.3} of the operating system, else Java. */
        SYSTEM,
        /** Plain Java, always there, five to twenty times slower. */
        JAVA
    }

    /** Read before this class sets the properties itself, to the bundled library. */
    private static final boolean USER_LIBRARY = userProperty("nativeLib") || userProperty("nativeLibPath");

    private static @Nullable Blas chosen;

    private final Choice choice;
    private final String backend;
    private final BLAS netlib;
    private final Lapack lapack;
    private final @Nullable OpenBlas openBlas;
    private final @Nullable String warning;

    /** The native library that this process loaded before it went to Java, if any. */
    private @Nullable Blas loaded;

    private Blas(
            Choice choice,
            String backend,
            BLAS netlib,
            Lapack lapack,
            @Nullable OpenBlas openBlas,
            @Nullable String warning) {
        this.choice = choice;
        this.backend = backend;
        this.netlib = netlib;
        this.lapack = lapack;
        this.openBlas = openBlas;
        this.warning = warning;
    }

    /** The BLAS in use; the first call chooses {@link Choice#BUNDLED} if nothing was chosen before. */
    public static Blas current() {
        Blas current = chosen;
        return current != null ? current : choose(Choice.BUNDLED);
    }

    /**
     * Chooses the BLAS of this process and restricts it to one thread a call.
     *
     * @throws UserException if another native library was loaded before: a process can hold only one
     */
    public static synchronized Blas choose(Choice choice) {
        Blas current = chosen;
        if (current != null && current.choice == choice) {
            return current;
        }
        Blas loaded = current == null || current.isNative() ? current : current.loaded;
        if (loaded != null && choice != Choice.JAVA) {
            return again(loaded, choice);
        }
        Blas fresh = create(choice);
        fresh.loaded = loaded;
        fresh.setThreads(1);
        chosen = fresh;
        return fresh;
    }

    /** Goes back to the native library that this process has loaded, if it is the one that is wanted. */
    private static Blas again(Blas loaded, Choice choice) {
        if (loaded.choice != choice) {
            throw new UserException("blas = " + choice.name().toLowerCase(java.util.Locale.ROOT)
                    + ": this process already uses " + loaded.backend + "; choose the BLAS before the first product");
        }
        chosen = loaded;
        return loaded;
    }

    private static Blas create(Choice choice) {
        return switch (choice) {
            case JAVA -> java(choice, null);
            case SYSTEM -> system();
            case BUNDLED -> USER_LIBRARY ? user() : bundled();
        };
    }

    private static boolean userProperty(String name) {
        return System.getProperty("dev.ludovic.netlib.blas." + name) != null;
    }

    private static Blas java(Choice choice, @Nullable String warning) {
        return new Blas(
                choice, "java", JavaBLAS.getInstance(), new NetlibLapack(JavaLAPACK.getInstance()), null, warning);
    }

    private static Blas system() {
        return nativeOrJava(Choice.SYSTEM, "system", null);
    }

    private static Blas user() {
        return nativeOrJava(Choice.BUNDLED, "user", null);
    }

    private static Blas bundled() {
        OpenBlas library;
        try {
            library = OpenBlas.load();
        } catch (RuntimeException | LinkageError e) {
            return java(Choice.BUNDLED, "the bundled OpenBLAS cannot be loaded here (" + e + ")");
        }
        System.setProperty("dev.ludovic.netlib.blas.nativeLibPath", library.path());
        System.setProperty("dev.ludovic.netlib.lapack.nativeLibPath", library.path());
        return nativeOrJava(Choice.BUNDLED, "bundled OpenBLAS", library);
    }

    private static Blas nativeOrJava(Choice choice, String backend, @Nullable OpenBlas library) {
        try {
            BLAS blas = NativeBLAS.getInstance();
            Lapack lapack = library != null ? library : new NetlibLapack(NativeLAPACK.getInstance());
            return new Blas(choice, backend, blas, lapack, library, null);
        } catch (RuntimeException | LinkageError e) {
            return java(choice, "the " + backend + " library cannot be loaded (" + e + ")");
        }
    }

    BLAS netlib() {
        return netlib;
    }

    Lapack lapack() {
        return lapack;
    }

    /** {@code bundled OpenBLAS}, {@code user}, {@code system} or {@code java}. */
    public String backend() {
        return backend;
    }

    /** The processor kernel that OpenBLAS runs, such as {@code Haswell}; the class of the backend elsewhere. */
    public String kernel() {
        return openBlas != null ? openBlas.kernel() : netlib.getClass().getSimpleName();
    }

    /** Threads of one call; 1 in Java, and for a library of the user or the system not known: reported as 0. */
    public int threads() {
        if (openBlas != null) {
            return openBlas.threads();
        }
        return isNative() ? 0 : 1;
    }

    public boolean isNative() {
        return !backend.equals("java");
    }

    /** Why a slower backend than the one asked for is in use, if so. */
    public @Nullable String warning() {
        return warning;
    }

    /**
     * Runs a computation with this number of threads a call, then restores the number before. Only for the driver while no
     * Spark task runs in this process: the number of threads is a setting of the whole process.
     */
    public <T> T withThreads(int threads, Supplier<T> computation) {
        int before = threads();
        setThreads(threads);
        try {
            return computation.get();
        } finally {
            setThreads(before);
        }
    }

    private void setThreads(int threads) {
        if (openBlas != null) {
            openBlas.setThreads(threads);
        }
    }

    /** One line for people: backend, kernel, threads. */
    @Override
    public String toString() {
        return backend + ", kernel " + kernel() + ", " + (threads() == 0 ? "?" : threads()) + " thread(s) a call";
    }
}
