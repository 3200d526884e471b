// Compiles only where apibuffer.h declares the functions as the platform's own header does.
#include "apibuffer.h"

#include <lm.h>
