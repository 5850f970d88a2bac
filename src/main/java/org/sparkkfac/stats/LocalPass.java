package org.sparkkfac.stats;

import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.sparkkfac.linalg.Precision;
import org.sparkkfac.nn.Network;
import org.sparkkfac.nn.RowBlock;

/**
 * Blocks in this process: the reference for every other {@link Pass}.
 *
 * @param groups blocks, group by group
 * @param precision of the blocks
 * @param isParallel whether groups are folded at the same time, which changes no bit
 */
public record LocalPass(List<List<RowBlock>> groups, Precision precision, boolean isParallel) implements Pass {
    /** Copies the lists. */
    public LocalPass {
        groups = groups.stream().map(List::copyOf).toList();
    }

    /** One group of blocks. */
    public static LocalPass of(Precision precision, Iterable<RowBlock> blocks) {
        return new LocalPass(
                List.of(StreamSupport.stream(blocks.spliterator(), false).toList()), precision, false);
    }

    @Override
    public BlockIndex blocks() {
        return new BlockIndex(groups.stream()
                .map(group -> group.stream().map(RowBlock::rows).toList())
                .toList());
    }

    @Override
    public Sums run(Network network, Request request) {
        IntStream numbers = IntStream.range(0, groups.size());
        Sums total = new Sums(network, request);
        List<Sums> sums = (isParallel ? numbers.parallel() : numbers)
                .mapToObj(group -> fold(network, request, group))
                .toList();
        sums.forEach(total::merge);
        return total;
    }

    private Sums fold(Network network, Request request, int group) {
        RequestFold fold = new RequestFold(network, request, precision);
        int first = blocks().first(group);
        for (int i = 0; i < groups.get(group).size(); i++) {
            fold.add(first + i, groups.get(group).get(i));
        }
        return fold.sums();
    }
}
