// Functions that retrieve information in a buffer which the system allocates: which there are, how each is called, and
// what lies in the buffers that they give.
#pragma once

#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "worker/api.hpp"

namespace conformance {

// One function at one level.
struct RetrievingFunction {
  const char* name;
  Dword level;

  // A letter for each parameter, in order: (s)erver, (k)ey, a (f)ilter that is NULL unless a name is asked for, (n)ull
  // pointer, (l)evel, a DWORD of (0), a DWORD with (a)ll bits set, how many entries are wanted at (m)ost; the
  // out-parameters (b)uffer, (e)ntriesread, (t)otalentries, a (j)oin status; (p)referred length; the resume handle as a
  // DWORD (r) or as a DWORD_PTR (R).
  const char* parameters;

  // A letter for each member of a structure, in order: (d)word, 64 bits (q), a DWORD_PTR (p), a (b)yte, a (c)haracter, a
  // string that every entry has, its (n)ame, a (s)tring that may be NULL, and a pointer to something (o)ther, which is
  // not followed. "=": the buffer is not a structure but a name.
  const char* members;

  // Whose names the function can be asked for, and which name where that lists none: empty for the user's own.
  const char* key_from = nullptr;
  const char* key = "";

  // What it lists changes by itself, so two calls may differ.
  bool changes_by_itself = false;
};

// Those that at least two of Windows, Wine and Samba have.
inline constexpr RetrievingFunction retrieving_functions[] = {
    {"NetServerGetInfo", 100, "slb", "dn"},
    {"NetServerGetInfo", 101, "slb", "dnddds"},
    {"NetWkstaGetInfo", 100, "slb", "dnsdd"},
    {"NetWkstaGetInfo", 102, "slb", "dnsddsd"},
    {"NetWkstaUserGetInfo", 0, "nlb", "n"},
    {"NetWkstaUserGetInfo", 1, "nlb", "nsss"},
    {"NetUserGetInfo", 0, "sklb", "n", "NetUserEnum"},
    {"NetUserGetInfo", 1, "sklb", "nsddssds", "NetUserEnum"},
    {"NetUserGetInfo", 10, "sklb", "nsss", "NetUserEnum"},
    {"NetUserModalsGet", 0, "slb", "ddddd"},
    {"NetUserModalsGet", 2, "slb", "so"},
    {"NetUserModalsGet", 3, "slb", "ddd"},
    {"NetGroupGetInfo", 0, "sklb", "n", "NetGroupEnum", "None"},
    {"NetGroupGetInfo", 1, "sklb", "ns", "NetGroupEnum", "None"},
    {"NetGroupGetInfo", 2, "sklb", "nsdd", "NetGroupEnum", "None"},
    {"NetLocalGroupGetInfo", 1, "sklb", "ns", "NetLocalGroupEnum", "Administrators"},
    {"NetShareGetInfo", 1, "sklb", "nds", "NetShareEnum", "IPC$"},
    {"NetFileGetInfo", 2, "s0lb", "d"},
    {"NetFileGetInfo", 3, "s0lb", "dddss"},
    {"NetUseGetInfo", 0, "sklb", "ss", nullptr, "Z:"},
    {"NetUseGetInfo", 1, "sklb", "sssdddd", nullptr, "Z:"},
    {"NetStatisticsGet", 0, "skl0b", "qqqqqqqqqqqqqddddddddddddddddddddddddddd", nullptr, "LanmanWorkstation"},
    {"NetScheduleJobGetInfo", 0, "s0b", "pdbbs"},
    {"NetRemoteTOD", 0, "sb", "dddddddddddd"},
    {"NetGetJoinInformation", 0, "sbj", "="},
    {"NetGetDCName", 0, "sfb", "="},
    {"NetGetAnyDCName", 0, "sfb", "="},

    {"NetUserEnum", 0, "sl0bpetr", "n"},
    {"NetUserEnum", 1, "sl0bpetr", "nsddssds"},
    {"NetLocalGroupEnum", 0, "slbpetR", "n"},
    {"NetLocalGroupEnum", 1, "slbpetR", "ns"},
    {"NetLocalGroupGetMembers", 3, "sklbpetR", "s", "NetLocalGroupEnum", "Administrators"},
    {"NetGroupEnum", 0, "slbpetR", "n"},
    {"NetGroupEnum", 1, "slbpetR", "ns"},
    {"NetGroupGetUsers", 0, "sklbpetR", "n", "NetGroupEnum", "None"},
    {"NetGroupGetUsers", 1, "sklbpetR", "nd", "NetGroupEnum", "None"},
    {"NetShareEnum", 0, "slbpetr", "n"},
    {"NetShareEnum", 1, "slbpetr", "nds"},
    {"NetUserGetLocalGroups", 0, "skl0bpet", "n", "NetUserEnum"},
    {"NetUserGetGroups", 0, "sklbpet", "n", "NetUserEnum"},
    {"NetUserGetGroups", 1, "sklbpet", "nd", "NetUserEnum"},
    {"NetQueryDisplayInformation", 1, "sl0mpeb", "nsdsdd"},
    {"NetQueryDisplayInformation", 2, "sl0mpeb", "nsddd"},
    {"NetQueryDisplayInformation", 3, "sl0mpeb", "nsddd"},
    {"NetSessionEnum", 0, "sfflbpetr", "s", nullptr, "", true},
    {"NetSessionEnum", 10, "sfflbpetr", "ssdd", nullptr, "", true},
    {"NetFileEnum", 2, "sfflbpetR", "d", nullptr, "", true},
    {"NetFileEnum", 3, "sfflbpetR", "dddss", nullptr, "", true},
    {"NetServerEnum", 100, "slbpetafr", "dn", nullptr, "", true},
    {"NetServerEnum", 101, "slbpetafr", "dnddds", nullptr, "", true},
    {"NetServerDiskEnum", 0, "slbpetr", "ccc", nullptr, "", true},
    {"NetUseEnum", 0, "slbpetr", "ss", nullptr, "", true},
    {"NetUseEnum", 1, "slbpetr", "sssdddd", nullptr, "", true},
    {"NetScheduleJobEnum", 0, "sbpetr", "dpdbbs", nullptr, "", true},
    {"NetWkstaUserEnum", 0, "slbpetr", "n", nullptr, "", true},
    {"NetWkstaUserEnum", 1, "slbpetr", "nsss", nullptr, "", true},
    {"NetWkstaTransportEnum", 0, "slbpetr", "ddnsd"},
};

// The levels of one function follow each other.
constexpr bool is_first_of_its_name(const RetrievingFunction& function) {
  return &function == retrieving_functions || std::string_view((&function)[-1].name) != function.name;
}

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
  bool uninitialized = false;                      // the out-parameters hold rubbish before the call, and 0 otherwise
  std::optional<std::string> name = std::nullopt;  // in place of each key and filter
  std::optional<Dword> level = std::nullopt;       // in place of the function's own
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

// Thrown if nothing can be judged of a function. The results say so, and the next function is tried.
struct Unjudged {
  std::string reason;
};

// How the reason begins where a function is exported and not there.
inline const std::string not_there = "is not there: it ";

// One retrieving function of the implementation under test.
class Retriever {
 public:
  Retriever(Api& api, const RetrievingFunction& function);

  bool is_exported() const { return address_ != nullptr; }
  bool can_resume() const { return has_parameter("rR"); }
  // Whether it can be asked for something by a name, or at a level.
  bool takes_a_name() const { return has_parameter("kf"); }
  bool takes_a_level() const { return has_parameter("l"); }
  // Whether it limits how many entries it gives, whatever length is preferred.
  bool limits_entries() const { return has_parameter("m"); }
  bool changes_by_itself() const { return function_.changes_by_itself; }
  // Whether this is the first of the function's levels.
  bool is_first_level() const { return is_first_of_its_name(function_); }

  // "NetUserEnum at level 1", and the name alone where there are no levels
  std::string title() const;

  // Calls the function, as a step of the case.
  Answer call(const Request& request = {});

  // Calls it within a step, for loops. Throws Unjudged where it is exported and not there.
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

  // Whether an implementation met a requirement, reported with the function's title.
  void expect(bool holds, const char* requirement, const std::string& what, const std::string& expected,
              const std::string& actual);

 private:
  bool has_parameter(const char* letters) const { return std::strpbrk(function_.parameters, letters) != nullptr; }
  struct Variables;
  // `server` and `asked_for`, in the platform's encoding, and `variables` must live until the call has returned.
  std::vector<std::uintptr_t> arguments(const Request& request, const std::string& server, const std::string& asked_for,
                                        Variables& variables) const;
  void guard_neighbours(const Variables& variables);
  std::string key();
  std::optional<std::string> listed_key();
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

}  // namespace conformance
