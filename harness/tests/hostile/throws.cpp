/* Throws a C++ exception out of the call. */
#include "correct.h"

#include <stdexcept>

static void misbehave() { throw std::runtime_error("thrown by the library"); }
