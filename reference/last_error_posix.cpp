#include <cerrno>

#include "last_error.hpp"

namespace apibuf::last_error {

unsigned long get() noexcept { return static_cast<unsigned long>(errno); }

void set(unsigned long error) noexcept { errno = static_cast<int>(error); }

}  // namespace apibuf::last_error
