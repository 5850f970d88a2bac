package org.sparkkfac.archfixtures.nn;

import java.util.concurrent.atomic.AtomicLong;

final class Misbehaves {
    static final AtomicLong HOLDER = new AtomicLong();
    static int calls;

    private Misbehaves() {}

    static void print() {
        System.out.println(calls);
    }

    static double draw() {
        return Math.random();
    }
}
