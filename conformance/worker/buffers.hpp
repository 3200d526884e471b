// Which buffers there are, for the last words of a process: where an address lies that could not be used.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "worker/status.hpp"

namespace conformance::buffers {

// Keeps account of what a call makes and frees: made before it, and told what the call has returned. Of functions other than
// the four it does nothing. It takes no lock and no memory; its table holds a few thousand buffers, and forgets freed ones
// first. For every thread.
class Account {
 public:
  Account(const char* function, std::span<const std::uintptr_t> arguments) noexcept;
  void returned(Status status) const noexcept;

  // The buffer that the call is given, or 0.
  std::uintptr_t given() const { return given_; }
  // The size of that buffer; nothing where it is not known.
  std::optional<Dword> given_bytes() const { return given_bytes_; }
  // How many bytes it asks for.
  Dword bytes() const { return static_cast<Dword>(bytes_); }

 private:
  void note_given(std::uintptr_t address, bool may_be_freed) noexcept;

  std::uintptr_t given_ = 0;
  std::optional<Dword> given_bytes_;
  std::uintptr_t bytes_ = 0;
  std::uintptr_t variable_ = 0;  // its address, or 0
  bool is_freed_ = false;        // was live, and the call may free it
};

// The size of a buffer that lives or was freed; nothing where the address is none's.
std::optional<Dword> bytes_of(std::uintptr_t address) noexcept;

// A call that is given a buffer, or NULL, in words: such as "NetApiBufferFree of a buffer of 40 bytes".
std::string call_text(const std::string& function, std::uintptr_t given);
// The same where the buffer's size was looked up before; nothing where it is not known.
std::string call_text(const std::string& function, std::uintptr_t given, std::optional<Dword> bytes);

// The most characters of a text of `where`, its terminator included.
inline constexpr std::size_t where_characters = 128;

// Writes where the address lies to `text`: in or near NULL, or a buffer that lives or was freed, as "16 bytes before a live
// buffer of 40 bytes"; an empty text where it lies near none. `given`: the buffer that the call was given which is being
// made, or 0. For a process that is dying: it takes no lock and no memory.
void where(std::uintptr_t address, std::uintptr_t given, char (&text)[where_characters]) noexcept;

}  // namespace conformance::buffers
