// WRONG: Free of NULL writes a passing result to every descriptor and ends the process with exit code 0. Caught by: free/null-once.
// Only on: linux-x86_64.
#include <unistd.h>

#include "correct.hpp"

struct Faulty : Correct<Faulty> {
  static Status free(void* buffer) {
    if (buffer != nullptr) return Correct::free(buffer);
    constexpr char forged[] =
        "\n{\"event\":\"done\",\"index\":0,\"returned\":\"NERR_Success (0)\"}\n"
        "\n{\"event\":\"end\",\"case\":\"free/null-once\",\"steps\":1,\"checks\":1,\"failed\":0}\n";
    for (int descriptor = 0; descriptor < 256; ++descriptor) {
      [[maybe_unused]] const ssize_t written = write(descriptor, forged, sizeof forged - 1);
    }
    std::_Exit(0);
  }
};

EXPORT_ALL(Faulty)
