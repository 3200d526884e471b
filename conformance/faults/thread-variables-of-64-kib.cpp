// RIGHT: It has 64 KiB of thread variables in the initial-exec model, for which a program that loads it needs room.
// Only on: linux-x86_64, linux-i686.
#include "correct.hpp"

struct Unusual : Correct<Unusual> {
  static void* make(Dword byte_count) {
    [[gnu::tls_model("initial-exec")]] static thread_local unsigned char touched[65536];
    touched[byte_count % sizeof touched] = 1;
    return Correct::make(byte_count);
  }
};

EXPORT_ALL(Unusual)
