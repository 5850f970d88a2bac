package org.sparkkfac.spark.plan;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.sparkkfac.Component;
import org.sparkkfac.Quantities;
import org.sparkkfac.UserException;
import org.sparkkfac.curvature.Structure;
import org.sparkkfac.linalg.LayerShape;
import org.sparkkfac.nn.Network;
import org.sparkkfac.precondition.InversionCost;
import org.sparkkfac.precondition.Method;
import org.sparkkfac.stats.EigenBasis;
import org.sparkkfac.stats.Request;
import org.sparkkfac.stats.RowSelection;
import org.sparkkfac.stats.StatisticKind;
import org.sparkkfac.stats.Statistics;
import org.sparkkfac.stats.StatisticsPlan;
import org.sparkkfac.train.TrainingSettings;
import org.sparkkfac.train.optimiser.ExpectedRequest;
import org.sparkkfac.train.optimiser.OptimiserDemand;

/**
 * The memory and traffic of a training, known before rows are read. A step collects sums and inverts averages; the
 * driver needs the most that one of these takes, beside what it holds throughout.
 *
 * @param passes a pass of a step for each kind of call, with what the driver holds meanwhile
 * @param driver what the driver holds
 * @param kept the rows
 * @param method how statistics are inverted, if they are
 * @param inversion where, and what that takes
 */
public record TrainingCost(
        List<PassCost> passes, Driver driver, KeptRows kept, Optional<Method> method, InversionPlan inversion) {
    /** Parameters that a step makes beside those that stay: gradient, direction, move, and where it leads. */
    private static final int PASSING_VECTORS = 4;

    /** First parameters, those of now, and those before. */
    private static final int VECTORS = 3;

    /**
     * Bytes that the driver holds.
     *
     * @param vectors parameters: first, last, average, and what the optimiser carries
     * @param averages statistics
     * @param inverses the inverses in use
     * @param sums the statistics of the step at hand, while inverses are made
     * @param candidates inverses that may take the place of those in use
     * @param checkpoint the state as a checkpoint keeps it, written tensor by tensor
     */
    public record Driver(long vectors, long averages, long inverses, long sums, long candidates, long checkpoint) {
        /** What is there throughout. */
        public long held() {
            return vectors + averages + inverses;
        }

        /** What is there while inverses are made. */
        long heldInverting() {
            return held() + sums + candidates;
        }
    }

    /**
     * The cost of a training.
     *
     * @param plan precision and rows of a block
     * @param groups at most so many tasks a step
     */
    public static TrainingCost of(
            TrainingSettings settings,
            StatisticsPlan plan,
            Network network,
            int groups,
            KeptRows kept,
            MemoryLimits limits) {
        OptimiserDemand demand = settings.optimiser().demand();
        List<LayerShape> layers = network.layers();
        RowSelection batch = settings.batch().example(plan.blockRows());
        boolean isAllRows = settings.batch().rows() == Long.MAX_VALUE;
        Driver driver = driver(settings, demand, network, batch);
        List<PassCost> passes = new ArrayList<>();
        for (ExpectedRequest expected : settings.optimiser().requests(network, batch, isAllRows)) {
            // Later requests of a step find the sums of the first, and inverses made from them.
            long held = passes.isEmpty() ? driver.held() : driver.heldInverting();
            passes.add(PassCost.of(
                    expected.request(),
                    network,
                    plan.precision(),
                    plan.blockRows(),
                    groups,
                    limits,
                    held,
                    kept.inMemory()));
        }
        Optional<Method> method = demand.inversions().map(OptimiserDemand.Inversions::method);
        InversionPlan inversion = method.map(known -> InversionPlan.of(
                        known, known.structure().shapes(layers), PassCost.BASE + driver.heldInverting(), limits))
                .orElse(InversionPlan.NONE);
        return new TrainingCost(List.copyOf(passes), driver, kept, method, inversion);
    }

    private static Driver driver(
            TrainingSettings settings, OptimiserDemand demand, Network network, RowSelection batch) {
        List<LayerShape> layers = network.layers();
        long vector = LayerShape.bytes(layers);
        int carried = demand.vectors() + (settings.iterateDecay() > 0 ? 1 : 0);
        long averages = demand.averages().isEmpty() ? 0 : vector;
        for (StatisticKind kind : demand.averages()) {
            averages += kind.bytes(layers);
        }
        long sums = 0;
        long trials = 0;
        for (ExpectedRequest expected : settings.optimiser().requests(network, batch, false)) {
            Request request = expected.request();
            sums += request.part(Statistics.class).isEmpty() ? 0 : request.stateBytes(network) + vector;
            trials = Math.max(
                    trials,
                    request.parts().stream().filter(part -> !part.isAtNetwork()).count());
        }
        InversionCost inversion = demand.inversions()
                .map(some -> InversionCost.of(some.method(), layers))
                .orElse(new InversionCost(0, 0, 0, 0));
        int others = demand.inversions().map(some -> some.atOnce() - 1).orElse(0);
        long bases = demand.averages().contains(StatisticKind.EIGEN_CORRECTED) ? EigenBasis.bytes(layers) : 0;
        long state = (VECTORS - 1 + carried) * vector + averages + bases + inversion.bytes();
        long tried = trials == 0 ? 0 : trials + 1; // where they are, and a part of the move
        return new Driver(
                (VECTORS + carried + PASSING_VECTORS + tried) * vector,
                averages,
                inversion.bytes(),
                sums,
                others * inversion.bytes(),
                state);
    }

    /** The pass whose sums are the largest. */
    public PassCost largest() {
        return passes.stream()
                .max(Comparator.comparingLong(PassCost::stateBytes))
                .orElseThrow();
    }

    /** What the driver holds beside the sums of a step. */
    public long held() {
        return largest().sizes().held();
    }

    /** Heap that the driver needs at the peak of each phase of a step. */
    public Map<String, Long> phases() {
        long base = PassCost.BASE + (limits().local() ? kept.inMemory() : 0);
        Map<String, Long> phases = new LinkedHashMap<>();
        phases.put(
                "collecting",
                passes.stream().mapToLong(PassCost::driverBytes).max().orElse(0));
        phases.put(
                "inverting", base + driver.heldInverting() + inversion.driver().heap());
        return phases;
    }

    /** Heap that the driver needs at the peak. */
    public long driverBytes() {
        return peak().getValue();
    }

    /** The phase of the peak, and its heap. */
    public Map.Entry<String, Long> peak() {
        return phases().entrySet().stream().max(Map.Entry.comparingByValue()).orElseThrow();
    }

    /** Heap that one executor needs at the peak. */
    public long executorBytes() {
        if (limits().local()) {
            return driverBytes();
        }
        long pass = passes.stream().mapToLong(PassCost::executorBytes).max().orElse(0);
        return inversion.tasks().isEmpty()
                ? pass
                : Math.max(
                        pass, PassCost.BASE + kept.inMemory() + inversion.task().heap());
    }

    /** What there is. */
    public MemoryLimits limits() {
        return passes.get(0).limits();
    }

    /**
     * Refuses what cannot fit.
     *
     * @throws UserException that says what takes the room and what to change
     */
    public void check() {
        problem().ifPresent(problem -> {
            throw new UserException(problem, mends());
        });
    }

    /** What does not fit and what to change, if anything does not. */
    public Optional<String> problem() {
        if (driverBytes() > limits().driverHeap()) {
            return Optional.of("the driver must hold " + Quantities.size(driverBytes()) + " while "
                    + peak().getKey() + ", of which parameters take " + Quantities.size(driver.vectors())
                    + ", averaged statistics " + Quantities.size(driver.averages()) + " and inverses "
                    + Quantities.size(driver.inverses() + driver.candidates()) + ", but its heap is "
                    + Quantities.size(limits().driverHeap()) + smaller() + "give the driver more memory"
                    + (limits().local() ? ", as KFAC_JAVA_OPTS=-Xmx" + gibibytes(driverBytes()) + "g does" : ""));
        }
        return passes.stream()
                .flatMap(pass -> pass.problem().stream())
                .findFirst()
                .or(this::problemOfTasks);
    }

    /** What the inversion of a layer by a task takes that no executor has. */
    private Optional<String> problemOfTasks() {
        boolean heap = executorBytes() > limits().executorHeap();
        if (!heap && inversion.task().outside() <= limits().executorOverhead()) {
            return Optional.empty();
        }
        return Optional.of("the driver has no room to invert layer "
                + inversion.tasks().get(0) + ", and for a task that does it an executor needs "
                + (heap
                        ? Quantities.size(executorBytes()) + " but has a heap of "
                                + Quantities.size(limits().executorHeap()) + smaller() + "raise spark.executor.memory"
                        : Quantities.size(inversion.task().outside()) + " beside its heap but has about "
                                + Quantities.size(limits().executorOverhead()) + smaller()
                                + "raise spark.executor.memoryOverhead"));
    }

    private static long gibibytes(long bytes) {
        return (bytes >> 30) + 1;
    }

    /** What chooses blocks that take less. */
    private Component[] mends() {
        return method
                .map(known -> known.structure() == Structure.FULL ? Component.OPTIMISER_BLOCKS : Component.OPTIMISER)
                .stream()
                .toArray(Component[]::new);
    }

    private String smaller() {
        String choice = method.map(known -> switch (known.structure()) {
                    case FULL -> "choose exact blocks, or ";
                    case DENSE -> "choose the optimiser kfac, or ";
                    case KRONECKER, EIGEN_CORRECTED -> "choose the optimiser diagonal, or ";
                    case DIAGONAL -> "choose the optimiser adam, or ";
                })
                .orElse("");
        return "; " + choice;
    }
}
