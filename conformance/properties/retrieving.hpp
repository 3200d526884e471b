// Functions that retrieve information in a buffer which the system allocates: which there are, how each is called, and
// what lies in the buffers that they give.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "worker/api.hpp"

namespace conformance {

// One function at one level.
struct RetrievingFunction {
  const char* name;
  Dword level;

  // A letter for each parameter, in order: (s)erver, (k)ey, (n)ull pointer, (l)evel, a DWORD of (0); the out-parameters
  // (b)uffer, (e)ntriesread, (t)otalentries, a (j)oin status; (p)referred length; the resume handle as a DWORD (r) or as
  // a DWORD_PTR (R).
  const char* parameters;

  // A letter for each member of a structure, in order: (d)word, a string that every entry has, its (n)ame, and a (s)tring
  // that may be NULL. "=": the buffer is not a structure but a name.
  const char* members;

  // Whose names the function can be asked for, and which name where that lists none: empty for the user's own.
  const char* key_from = nullptr;
  const char* key = "";
};

// Those that at least two of Windows, Wine and Samba have. Levels with pointers to other things than strings are left out.
inline constexpr RetrievingFunction retrieving_functions[] = {
    {"NetServerGetInfo", 100, "slb", "dn"},
    {"NetServerGetInfo", 101, "slb", "dnddds"},
    {"NetWkstaGetInfo", 100, "slb", "dnsdd"},
    {"NetWkstaUserGetInfo", 0, "nlb", "n"},
    {"NetWkstaUserGetInfo", 1, "nlb", "nsss"},
    {"NetUserGetInfo", 0, "sklb", "n", "NetUserEnum"},
    {"NetUserGetInfo", 1, "sklb", "nsddssds", "NetUserEnum"},
    {"NetLocalGroupGetInfo", 1, "sklb", "ns", "NetLocalGroupEnum", "Administrators"},
    {"NetShareGetInfo", 1, "sklb", "nds", "NetShareEnum", "IPC$"},
    {"NetGetJoinInformation", 0, "sbj", "="},

    {"NetUserEnum", 0, "sl0bpetr", "n"},
    {"NetUserEnum", 1, "sl0bpetr", "nsddssds"},
    {"NetLocalGroupEnum", 0, "slbpetR", "n"},
    {"NetLocalGroupEnum", 1, "slbpetR", "ns"},
    {"NetGroupEnum", 0, "slbpetR", "n"},
    {"NetGroupEnum", 1, "slbpetR", "ns"},
    {"NetShareEnum", 0, "slbpetr", "n"},
    {"NetShareEnum", 1, "slbpetr", "nds"},
    {"NetUserGetLocalGroups", 0, "skl0bpet", "n", "NetUserEnum"},
    {"NetWkstaTransportEnum", 0, "slbpetr", "ddnsd"},
};

enum class Kind { information, enumeration };

constexpr Kind kind_of(const RetrievingFunction& function) {
  return std::string_view(function.parameters).find('p') == std::string_view::npos ? Kind::information
                                                                                   : Kind::enumeration;
}

// The names of the functions of a kind, each once.
std::vector<std::string> names_of(Kind kind);

inline constexpr Dword max_preferred_length = 0xFFFFFFFF;

// What a call begins with.
struct Request {
  Dword preferred_length = max_preferred_length;
  std::uintptr_t resume_handle = 0;
  bool uninitialized = false;  // the out-parameters hold rubbish before the call, and 0 otherwise
};

struct Answer {
  Status status;
  unsigned char* buffer;  // nullptr where none was stored
  bool buffer_is_stored;  // of an uninitialized variable: something was stored, a whole pointer
  Dword entries;          // structures in the buffer
  std::uintptr_t resume_handle;
};

// A string in a buffer, or NULL in place of one.
struct Text {
  const unsigned char* address;
  std::string bytes;  // with its terminator; empty for NULL
};

// What an entry holds: its strings, in order.
using Entry = std::vector<Text>;

// Thrown where nothing can be judged of a function: it is told in the results, and the next function is tried.
struct Unjudged {
  std::string reason;
};

// One retrieving function of the implementation under test.
class Retriever {
 public:
  Retriever(Api& api, const RetrievingFunction& function);

  bool is_exported() const { return address_ != nullptr; }
  bool can_resume() const;

  // "NetUserEnum at level 1"
  std::string title() const;

  // Calls the function, as a step of the case.
  Answer call(const Request& request = {});

  // Calls it within a step, for loops.
  Answer call_silently(const Request& request = {});

  // As call; throws Unjudged unless it succeeded, and has a buffer for it where there is anything to give.
  Answer must_call();

  // The entries of a buffer. Every pointer is followed, and every string read to its terminator.
  std::vector<Entry> read(const Answer& answer, const char* requirement);

  // Frees the buffer, as a step of the case, which has to succeed.
  void free(const Answer& answer);

  // Frees it within a step, for loops.
  void free_silently(const unsigned char* buffer);

  // The size of one structure.
  std::size_t entry_bytes() const;

  // Whether an implementation did as it had to, told with the function's title.
  void expect(bool holds, const char* requirement, const std::string& what, const std::string& expected,
              const std::string& actual);

 private:
  std::string key();
  Text text_at(const unsigned char* member, const char* requirement, const std::string& place, bool is_name);

  Api& api_;
  const RetrievingFunction& function_;
  void* address_;
  std::string server_;              // empty: this machine
  std::optional<std::string> key_;  // once it was asked for
};

// Every string and structure of what a buffer holds.
std::size_t content_bytes(const Retriever& retriever, const std::vector<Entry>& entries);

// The strings alone, to compare by.
std::vector<std::string> values(const std::vector<Entry>& entries);

// What `text` says, for people: characters that are not printable ASCII become '?'.
std::string printable(const std::string& native_text);

}  // namespace conformance
