#include <windows.h>

#include "last_error.hpp"

namespace apibuf::last_error {

unsigned long get() noexcept { return GetLastError(); }

void set(unsigned long error) noexcept { SetLastError(error); }

}  // namespace apibuf::last_error
