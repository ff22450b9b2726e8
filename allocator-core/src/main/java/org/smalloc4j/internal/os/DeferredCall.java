package org.smalloc4j.internal.os;

import java.lang.invoke.MethodHandle;
import java.util.List;

/**
 * A call for somebody else to make, who may hold on to it when our classes are gone: function and
 * arguments are objects of the JDK's classes alone.
 *
 * @param function what to call
 * @param arguments with what, boxed
 */
record DeferredCall(MethodHandle function, List<Object> arguments) {}
