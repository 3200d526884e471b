/* Throws a C++ exception out of the call. */
#include <stdexcept>

#include "correct.h"

static void misbehave() { throw std::runtime_error("thrown by the library"); }
