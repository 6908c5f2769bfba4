/** Input files: what is in a folder, plain or gzip, and errors that name path and line. */
package io.github.performer4j.data.files;
