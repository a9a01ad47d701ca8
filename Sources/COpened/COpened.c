#include "COpened.h"
