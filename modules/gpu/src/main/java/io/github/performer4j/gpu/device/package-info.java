/** A device as the programs need it: memory, kernels by name, matrix products; and NVIDIA's, by its driver, NVRTC and cuBLAS. */
package io.github.performer4j.gpu.device;
