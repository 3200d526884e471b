// The thread's last error: GetLastError on Windows, errno elsewhere. One file for each platform.
#pragma once

namespace apibuf::last_error {

unsigned long get() noexcept;
void set(unsigned long error) noexcept;

// Puts the last error back at the end of the scope: a malloc that fails leaves its own there.
class Keeper {
 public:
  Keeper() = default;
  Keeper(const Keeper&) = delete;
  Keeper& operator=(const Keeper&) = delete;
  ~Keeper() { set(error_); }

 private:
  const unsigned long error_ = get();
};

}  // namespace apibuf::last_error
