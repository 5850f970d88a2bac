package org.sparkkfac.spark.aggregate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.DataInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.Test;
import org.sparkkfac.UserException;
import org.sparkkfac.linalg.DoubleMatrix;
import org.sparkkfac.testing.LocalSpark;

/** What holds of every {@link Aggregation}: states come together in the order of the groups, with their heads. */
abstract class AggregationContract {
    private static final int GROUPS = 5;
    private static final int BAD = -1;

    /** An aggregation of states of these shapes. */
    abstract Aggregation aggregation(List<DoubleMatrix> shapes);

    private static List<DoubleMatrix> shapes() {
        return List.of(DoubleMatrix.zeros(7, 3), DoubleMatrix.zeros(0, 0), DoubleMatrix.zeros(1, 600));
    }

    /** Numbers of a group → matrices of values whose sum depends on the order in which they are added. */
    private static final class Fold implements GroupFold<Integer> {
        private static final long serialVersionUID = 1;

        @Override
        public GroupResult fold(int group, Iterator<Integer> numbers) {
            List<DoubleMatrix> parts = shapes();
            int count = 0;
            int last = 0;
            while (numbers.hasNext()) {
                last = numbers.next();
                count++;
                if (last == BAD) {
                    return GroupResult.of(List.of(), out -> out.writeInt(BAD));
                }
                double value = Math.pow(10, last % 17) / 3;
                parts.forEach(part -> part.map(x -> x + value));
            }
            int numbersOfGroup = count;
            int lastOfGroup = last;
            return GroupResult.of(parts, out -> {
                out.writeInt(numbersOfGroup);
                out.writeInt(lastOfGroup);
            });
        }
    }

    private static final class Added extends Totals {
        private final List<DoubleMatrix> parts = shapes();
        private final List<Integer> lasts = new ArrayList<>();
        private int count;

        @Override
        public List<DoubleMatrix> parts() {
            return parts;
        }

        @Override
        protected void readHead(DataInputStream in) throws IOException {
            int numbers = in.readInt();
            if (numbers == BAD) {
                throw new UserException("bad row");
            }
            count += numbers;
            lasts.add(in.readInt());
        }
    }

    private Added run(List<Integer> numbers) {
        var context = JavaSparkContext.fromSparkContext(LocalSpark.shared().sparkContext());
        JavaRDD<Integer> groups = context.parallelize(numbers, GROUPS);
        Added totals = new Added();
        aggregation(shapes()).run(groups, new Fold(), totals);
        return totals;
    }

    /** The fold of every group, added up in order in this process. */
    private static double expected(List<Integer> numbers) {
        double sum = 0;
        for (int g = 0; g < GROUPS; g++) {
            double group = 0;
            for (int i : numbers.subList(g * numbers.size() / GROUPS, (g + 1) * numbers.size() / GROUPS)) {
                group += Math.pow(10, i % 17) / 3;
            }
            sum += group;
        }
        return sum;
    }

    @Test
    void statesAreAddedUpInTheOrderOfTheGroups() {
        List<Integer> numbers = List.of(16, 16, 0, 0, 1, 0, 0, 0, 0, 1);
        List<Integer> reversed = List.of(0, 1, 0, 0, 1, 0, 0, 0, 16, 16);
        assertThat(expected(reversed)).as("the order matters").isNotEqualTo(expected(numbers));
        for (List<Integer> each : List.of(numbers, reversed)) {
            Added totals = run(each);
            assertThat(totals.count).isEqualTo(10);
            assertThat(totals.lasts).containsExactly(each.get(1), each.get(3), each.get(5), each.get(7), each.get(9));
            for (DoubleMatrix part : totals.parts()) {
                for (double entry : part.toArray()) {
                    assertThat(entry).isEqualTo(expected(each));
                }
            }
        }
    }

    @Test
    void groupsWithoutBlocksAddNothing() {
        Added totals = run(List.of(4));
        assertThat(totals.count).isEqualTo(1);
        assertThat(totals.parts().get(0).get(6, 2)).isEqualTo(1e4 / 3);
    }

    @Test
    void aBadRowEndsIt() {
        assertThatThrownBy(() -> run(List.of(1, 2, 3, 4, BAD, 6, 7, 8, 9, 10)))
                .isInstanceOf(UserException.class)
                .hasMessage("bad row");
    }
}
