#ifndef CKERNELS_CLONES_H
#define CKERNELS_CLONES_H
// For files whose loops are compiled for several processors; which one runs is decided when the program is loaded.
#include <math.h>
#include <stdlib.h>
#include <string.h>

// Each product is rounded before it is added, whatever the processor could do.
#pragma STDC FP_CONTRACT OFF

#if defined(__x86_64__)
#define CLONES __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#define CLONES
#endif
#endif
