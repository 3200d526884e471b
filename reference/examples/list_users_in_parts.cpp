// Lists the users part by part, as a program does that does not know how many there are.
#include <cstdio>
#include <memory>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <vector>

#include "apibuffer_users.h"
#include "print.h"

namespace {

using String = std::basic_string<std::remove_cv_t<std::remove_pointer_t<NET_API_STRING>>>;

struct Free {
  void operator()(void* buffer) const noexcept { NetApiBufferFree(buffer); }
};

// A buffer with structures of one kind, which is freed with all of its strings at the end of the scope.
template <typename Info>
using Buffer = std::unique_ptr<Info[], Free>;

std::vector<String> user_names(DWORD preferred_length) {
  std::vector<String> names;
  DWORD resume_handle = 0;
  for (;;) {
    LPBYTE bytes = nullptr;
    DWORD count = 0, total = 0;
    const NET_API_STATUS status = NetUserEnum(nullptr, 0, 0, &bytes, preferred_length, &count, &total, &resume_handle);
    const Buffer<USER_INFO_0> users(reinterpret_cast<USER_INFO_0*>(bytes));  // with ERROR_MORE_DATA there is one too
    if (status == NERR_BufTooSmall) {                                        // not even one more user fits
      preferred_length *= 2;
      continue;
    }
    if (status != NERR_Success && status != ERROR_MORE_DATA) {
      throw std::runtime_error("The users cannot be listed: error " + std::to_string(status));
    }
    // Copies, for the buffer goes and the strings in it as well.
    for (DWORD index = 0; index < count; ++index) names.emplace_back(users[index].usri0_name);
    std::printf("%lu of %lu that were left\n", static_cast<unsigned long>(count), static_cast<unsigned long>(total));
    if (status == NERR_Success) return names;
  }
}

}  // namespace

int main() {
  try {
    const std::vector<String> names = user_names(32);
    for (const String& name : names) {
      print_string(name.c_str());
      std::putchar('\n');
    }
    std::printf("%zu users\n", names.size());
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
}
