// WRONG: Buffers of 64 KiB or more cannot be written to. Caught by: allocate/usable-around-65536.
#include "guarded.hpp"

struct Faulty : Guarded<Faulty> {
  static void* make(Dword byte_count) {
    void* const buffer = Guarded::make(byte_count);
    if (buffer != nullptr && byte_count >= 64 << 10) {
      const auto address = reinterpret_cast<std::uintptr_t>(&header(buffer));
      const std::uintptr_t first_page = address / platform::page_bytes * platform::page_bytes;
      platform::make_read_only(reinterpret_cast<void*>(first_page), address + sizeof(Header) + byte_count - first_page);
    }
    return buffer;
  }
};

EXPORT_ALL(Faulty)
