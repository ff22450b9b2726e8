package org.smalloc4j.internal.raw;

import java.util.function.LongUnaryOperator;

/** Calls of slow ways that C2 does not inline, and the stack that they ask for. */
public final class OutOfLine {
  /*
   * Idea: branches that are never taken.
   *
   *   room      has a branch with many variables. An interpreted frame has a word for each variable;
   *             a compiled method touches, where it begins, as much stack as the interpreter would
   *             need for it and for what is inlined in it, since it may have to go on there. So the
   *             StackOverflowError comes here, before anything has changed, and not in the middle of
   *             what changes several words, of which any part may be interpreted.
   *   call      has a long one. C2 inlines no method above FreqInlineSize, 325 bytes of code. What a
   *             caller's method has inlined of malloc stays small (ADR 14), and a call that is not
   *             inlined is where a long copy lets a safepoint come. It has next to no variables: C2
   *             carries those of a method through all that is inlined in it, and took half as long
   *             again, or twice as long, when the slow ways were called in the method with the room.
   *
   * This class has no initialiser, so that the end of the stack cannot be met in it.
   *
   * Both are properties of HotSpot; elsewhere they are lost and nothing else. Decided in ADR 16.
   */

  /** False. Not final, so that no compiler knows. */
  @SuppressWarnings("FieldMayBeFinal")
  private static boolean never;

  private OutOfLine() {}

  /**
   * Throws now rather than in the middle of what follows, if there is not stack for it: 10 KiB.
   *
   * @throws StackOverflowError if there is not
   */
  public static void requireStack() {
    room(0);
  }

  /**
   * Calls {@code slowWay}, which C2 does not inline here, and which asks for its stack itself: not
   * for what is one change, and that the last.
   */
  public static long call(LongUnaryOperator slowWay, long argument) {
    if (never) {
      long a = argument;
      a = a * a + a * a + a * a + a * a + a * a + a * a + a * a + a * a;
      a = a * a + a * a + a * a + a * a + a * a + a * a + a * a + a * a;
      a = a * a + a * a + a * a + a * a + a * a + a * a + a * a + a * a;
      a = a * a + a * a + a * a + a * a + a * a + a * a + a * a + a * a;
      a = a * a + a * a + a * a + a * a + a * a + a * a + a * a + a * a;
      a = a * a + a * a + a * a + a * a + a * a + a * a + a * a + a * a;
      a = a * a + a * a + a * a + a * a + a * a + a * a + a * a + a * a;
      a = a * a + a * a + a * a + a * a + a * a + a * a + a * a + a * a;
      a = a * a + a * a + a * a + a * a + a * a + a * a + a * a + a * a;
      a = a * a + a * a + a * a + a * a + a * a + a * a + a * a + a * a;
      a = a * a + a * a + a * a + a * a + a * a + a * a + a * a + a * a;
      return a;
    }
    return slowWay.applyAsLong(argument);
  }

  @SuppressWarnings("UnusedVariable") // each has its place in a frame
  private static long room(long argument) {
    if (never) {
      long aa0, aa1, aa2, aa3, aa4, aa5, aa6, aa7, aa8, aa9, aa10, aa11, aa12, aa13, aa14, aa15;
      long ab0, ab1, ab2, ab3, ab4, ab5, ab6, ab7, ab8, ab9, ab10, ab11, ab12, ab13, ab14, ab15;
      long ac0, ac1, ac2, ac3, ac4, ac5, ac6, ac7, ac8, ac9, ac10, ac11, ac12, ac13, ac14, ac15;
      long ad0, ad1, ad2, ad3, ad4, ad5, ad6, ad7, ad8, ad9, ad10, ad11, ad12, ad13, ad14, ad15;
      long ae0, ae1, ae2, ae3, ae4, ae5, ae6, ae7, ae8, ae9, ae10, ae11, ae12, ae13, ae14, ae15;
      long af0, af1, af2, af3, af4, af5, af6, af7, af8, af9, af10, af11, af12, af13, af14, af15;
      long ag0, ag1, ag2, ag3, ag4, ag5, ag6, ag7, ag8, ag9, ag10, ag11, ag12, ag13, ag14, ag15;
      long ah0, ah1, ah2, ah3, ah4, ah5, ah6, ah7, ah8, ah9, ah10, ah11, ah12, ah13, ah14, ah15;
      long ai0, ai1, ai2, ai3, ai4, ai5, ai6, ai7, ai8, ai9, ai10, ai11, ai12, ai13, ai14, ai15;
      long aj0, aj1, aj2, aj3, aj4, aj5, aj6, aj7, aj8, aj9, aj10, aj11, aj12, aj13, aj14, aj15;
      long ak0, ak1, ak2, ak3, ak4, ak5, ak6, ak7, ak8, ak9, ak10, ak11, ak12, ak13, ak14, ak15;
      long al0, al1, al2, al3, al4, al5, al6, al7, al8, al9, al10, al11, al12, al13, al14, al15;
      long am0, am1, am2, am3, am4, am5, am6, am7, am8, am9, am10, am11, am12, am13, am14, am15;
      long an0, an1, an2, an3, an4, an5, an6, an7, an8, an9, an10, an11, an12, an13, an14, an15;
      long ao0, ao1, ao2, ao3, ao4, ao5, ao6, ao7, ao8, ao9, ao10, ao11, ao12, ao13, ao14, ao15;
      long ap0, ap1, ap2, ap3, ap4, ap5, ap6, ap7, ap8, ap9, ap10, ap11, ap12, ap13, ap14, ap15;
      long a0, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, a15;
      long b0, b1, b2, b3, b4, b5, b6, b7, b8, b9, b10, b11, b12, b13, b14, b15;
      long c0, c1, c2, c3, c4, c5, c6, c7, c8, c9, c10, c11, c12, c13, c14, c15;
      long d0, d1, d2, d3, d4, d5, d6, d7, d8, d9, d10, d11, d12, d13, d14, d15;
      long e0, e1, e2, e3, e4, e5, e6, e7, e8, e9, e10, e11, e12, e13, e14, e15;
      long f0, f1, f2, f3, f4, f5, f6, f7, f8, f9, f10, f11, f12, f13, f14, f15;
      long g0, g1, g2, g3, g4, g5, g6, g7, g8, g9, g10, g11, g12, g13, g14, g15;
      long h0, h1, h2, h3, h4, h5, h6, h7, h8, h9, h10, h11, h12, h13, h14, h15;
      long i0, i1, i2, i3, i4, i5, i6, i7, i8, i9, i10, i11, i12, i13, i14, i15;
      long j0, j1, j2, j3, j4, j5, j6, j7, j8, j9, j10, j11, j12, j13, j14, j15;
      long k0, k1, k2, k3, k4, k5, k6, k7, k8, k9, k10, k11, k12, k13, k14, k15;
      long l0, l1, l2, l3, l4, l5, l6, l7, l8, l9, l10, l11, l12, l13, l14, l15;
      long m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15;
      long n0, n1, n2, n3, n4, n5, n6, n7, n8, n9, n10, n11, n12, n13, n14, n15;
      long o0, o1, o2, o3, o4, o5, o6, o7, o8, o9, o10, o11, o12, o13, o14, o15;
      long p0, p1, p2, p3, p4, p5, p6, p7, p8, p9, p10, p11, p12, p13, p14, p15;
      long q0, q1, q2, q3, q4, q5, q6, q7, q8, q9, q10, q11, q12, q13, q14, q15;
      long r0, r1, r2, r3, r4, r5, r6, r7, r8, r9, r10, r11, r12, r13, r14, r15;
      long s0, s1, s2, s3, s4, s5, s6, s7, s8, s9, s10, s11, s12, s13, s14, s15;
      long t0, t1, t2, t3, t4, t5, t6, t7, t8, t9, t10, t11, t12, t13, t14, t15;
      long u0, u1, u2, u3, u4, u5, u6, u7, u8, u9, u10, u11, u12, u13, u14, u15;
      long v0, v1, v2, v3, v4, v5, v6, v7, v8, v9, v10, v11, v12, v13, v14, v15;
      long w0, w1, w2, w3, w4, w5, w6, w7, w8, w9, w10, w11, w12, w13, w14, w15;
      long x0, x1, x2, x3, x4, x5, x6, x7, x8, x9, x10, x11, x12, x13, x14, x15;
      q0 =
          q1 = q2 = q3 = q4 = q5 = q6 = q7 = q8 = q9 = q10 = q11 = q12 = q13 = q14 = q15 = argument;
      r0 =
          r1 = r2 = r3 = r4 = r5 = r6 = r7 = r8 = r9 = r10 = r11 = r12 = r13 = r14 = r15 = argument;
      s0 =
          s1 = s2 = s3 = s4 = s5 = s6 = s7 = s8 = s9 = s10 = s11 = s12 = s13 = s14 = s15 = argument;
      t0 =
          t1 = t2 = t3 = t4 = t5 = t6 = t7 = t8 = t9 = t10 = t11 = t12 = t13 = t14 = t15 = argument;
      u0 =
          u1 = u2 = u3 = u4 = u5 = u6 = u7 = u8 = u9 = u10 = u11 = u12 = u13 = u14 = u15 = argument;
      v0 =
          v1 = v2 = v3 = v4 = v5 = v6 = v7 = v8 = v9 = v10 = v11 = v12 = v13 = v14 = v15 = argument;
      w0 =
          w1 = w2 = w3 = w4 = w5 = w6 = w7 = w8 = w9 = w10 = w11 = w12 = w13 = w14 = w15 = argument;
      x0 =
          x1 = x2 = x3 = x4 = x5 = x6 = x7 = x8 = x9 = x10 = x11 = x12 = x13 = x14 = x15 = argument;
      return room(q0 + x15);
    }
    return argument;
  }
}
