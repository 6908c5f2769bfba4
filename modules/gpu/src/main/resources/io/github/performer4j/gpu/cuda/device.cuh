// What the kernels are written in: CUDA C by these few names, so that the same text is C++ where another header gives them.
#define KERNEL extern "C" __global__ void
#define FUNCTION static __device__ __forceinline__
#define ARRAY(type) type *
#define SHARED(type, name, count) __shared__ type name[count]
#define NOTHING (-__int_as_float(0x7f800000))
typedef long long i64;
typedef unsigned long long u64;
