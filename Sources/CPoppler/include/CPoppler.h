#ifndef CPOPPLER_H
#define CPOPPLER_H
#include <poppler.h>
#endif
