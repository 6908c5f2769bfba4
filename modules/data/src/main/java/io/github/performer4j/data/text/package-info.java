/** Plain text by character or byte, streamed. */
package io.github.performer4j.data.text;
