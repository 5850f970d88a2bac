package org.sparkkfac.stats;

import java.util.List;
import java.util.stream.IntStream;
import org.sparkkfac.linalg.Precision;
import org.sparkkfac.nn.Network;
import org.sparkkfac.nn.RowBlock;

/**
 * Blocks in this process: the reference for every other {@link StepPass}.
 *
 * @param groups blocks, group by group
 * @param precision of the blocks
 * @param isParallel whether groups are folded at the same time, which changes no bit
 */
public record LocalStepPass(List<List<RowBlock>> groups, Precision precision, boolean isParallel) implements StepPass {
    /** Copies the lists. */
    public LocalStepPass {
        groups = groups.stream().map(List::copyOf).toList();
    }

    @Override
    public BlockIndex blocks() {
        return new BlockIndex(groups.stream()
                .map(group -> group.stream().map(RowBlock::rows).toList())
                .toList());
    }

    @Override
    public StepSums pass(Network network, StepRequest request) {
        IntStream numbers = IntStream.range(0, groups.size());
        StepSums total = new StepSums(network, request);
        List<StepSums> parts = (isParallel ? numbers.parallel() : numbers)
                .mapToObj(group -> fold(network, request, group))
                .toList();
        parts.forEach(total::merge);
        return total;
    }

    private StepSums fold(Network network, StepRequest request, int group) {
        StepFold fold = new StepFold(network, request, precision);
        int first = blocks().first(group);
        for (int i = 0; i < groups.get(group).size(); i++) {
            if (StepFold.wants(request, first + i)) {
                fold.add(first + i, groups.get(group).get(i));
            }
        }
        return fold.sums();
    }
}
