// RIGHT: A handler for SIGSEGV of its own is installed when the library is loaded, as garbage collectors do.
// Only on: linux-x86_64.
#include <csignal>

#include "correct.hpp"

struct Unusual : Correct<Unusual> {};

[[gnu::constructor]] static void install_handler() {
  std::signal(SIGSEGV, [](int) { std::_Exit(0); });
}

EXPORT_ALL(Unusual)
