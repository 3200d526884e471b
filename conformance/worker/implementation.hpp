// The implementation under test: a loaded library, and the one way to call it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <span>
#include <string>
#include <vector>

#include "worker/case_run.hpp"
#include "worker/platform.hpp"
#include "worker/status.hpp"

namespace conformance {

enum class Function { allocate, free, reallocate, size, netapip_allocate };

inline constexpr Function all_functions[] = {Function::allocate, Function::free, Function::reallocate, Function::size,
                                             Function::netapip_allocate};

const char* name_of(Function function);

// The function of this name; throws std::invalid_argument where there is none.
Function function_named(const std::string& name);

enum class ExportForm { undecorated, decorated, missing };

// A library and its exports.
class Implementation {
 public:
  explicit Implementation(platform::Library* library);

  // The function's address, or nullptr where it is not exported under any form of its name.
  void* address(Function function) const { return exports_[static_cast<std::size_t>(function)].address; }
  ExportForm form(Function function) const { return exports_[static_cast<std::size_t>(function)].form; }
  std::vector<std::string> names(ExportForm form) const;
  platform::Library* handle() const { return library_; }

  // Any other function of the library, under whatever form of its name, or nullptr.
  void* find(const std::string& name, std::size_t argument_count) const {
    return look_up(name, argument_count).address;
  }

 private:
  struct Export {
    void* address;
    ExportForm form;
  };
  Export look_up(const std::string& name, std::size_t argument_count) const;

  platform::Library* library_;
  std::vector<Export> exports_;
};

// ---- out-parameters --------------------------------------------------------------------------------------------------

// A variable for an out-parameter, filled with a sentinel, between guard words that no function may touch.
template <class Value>
class OutParameter {
 public:
  static constexpr Value sentinel = static_cast<Value>(0xA5A5A5A5A5A5A5A5ULL);

  OutParameter() { reset(); }
  void reset() {
    for (Value& word : words_) word = sentinel;
  }

  void set(Value value) { words_[2] = value; }
  Value value() const { return words_[2]; }
  // False where only the lower 32 bits of a 64-bit variable were written: half of the sentinel is no 64-bit address.
  bool is_whole() const {
    if constexpr (sizeof(Value) < 8)
      return true;
    else
      return value() == sentinel || (value() >> 32) != (sentinel >> 32);
  }
  std::uintptr_t address() { return reinterpret_cast<std::uintptr_t>(&words_[2]); }
  bool neighbours_are_untouched() const {
    for (std::size_t i = 0; i < std::size(words_); ++i) {
      if (i != 2 && words_[i] != sentinel) return false;
    }
    return true;
  }

 private:
  // Aligned so that a write of twice the variable's width, starting at the variable, stays inside the array.
  alignas(2 * sizeof(Value)) Value words_[6];
};

using OutPointer = OutParameter<std::uintptr_t>;
using OutDword = OutParameter<Dword>;

// ---- calls -----------------------------------------------------------------------------------------------------------

struct CallResult {
  Status status;
  bool last_error_kept;
  Dword last_error;
};

inline std::uintptr_t argument(const void* pointer) { return reinterpret_cast<std::uintptr_t>(pointer); }

// A DWORD as an argument. The upper half of a 64-bit argument register is undefined where the parameter has 32 bits
// (both x86_64 conventions say so), so it is rubbish here: a callee that declares the parameter wider shows.
inline std::uintptr_t argument(Dword value) { return static_cast<std::uintptr_t>(0xA5A5A5A500000000ULL) | value; }

// The one place where an implementation is called: checks the calling convention and the last error around it. A breach
// is recorded as a failure of abi/calling-convention, and the case goes on to what the call was made for.
CallResult call(CaseRun& run, void* address, const char* function_name, std::span<const std::uintptr_t> arguments);

// As call, for a function that nothing prescribes: returns nullptr and the result, or what the function does in place of
// returning where it is exported only to say, by an exception, that it or its service is not there.
const char* call_if_there(CaseRun& run, void* address, const char* function_name,
                          std::span<const std::uintptr_t> arguments, CallResult& result);

// While it lives, the calls of this thread begin with the errors that a call without memory leaves behind, in errno and
// in the last error.
class AfterRunningOut {
 public:
  AfterRunningOut() noexcept;
  ~AfterRunningOut();
  AfterRunningOut(const AfterRunningOut&) = delete;
  AfterRunningOut& operator=(const AfterRunningOut&) = delete;
};

// The function that is being called just now, by any thread; empty outside calls. For the last words of a crash.
const char* function_in_call() noexcept;

// What is being tested: the implementation, and the netutils library beside it where there is one.
struct Subject {
  Implementation library;
  std::string path;  // as given on the command line
};

}  // namespace conformance
