/**
 * What runs programs: the interface of engines, of ours and of others, and how one is chosen. It names no
 * implementation.
 */
package io.github.performer4j.core.engine;
