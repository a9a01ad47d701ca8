#ifndef COPENVINO_H
#define COPENVINO_H
#include <stddef.h>
#endif
