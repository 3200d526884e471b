// Buffers that other network management functions return: what they hold, and that the four functions take them. Whether
// their memory is given back: net_memory.cpp.
#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <map>
#include <memory>

#include "properties/net_cases.hpp"
#include "properties/threads.hpp"

namespace conformance {
namespace {

// ---- what every caller relies on -------------------------------------------------------------------------------------

void judge_system_allocates(Api&, Retriever& retriever) {
  const Answer answer = retriever.must_call();
  retriever.read(answer, "remote/system-allocates");
  retriever.free(answer);
}

const Property system_allocates_information = property_of<information, judge_system_allocates>(
    "remote/system-allocates-information",
    "Functions that give information store a buffer with a whole structure and its strings",
    {"remote/system-allocates", "free/net-buffers"});

const Property system_allocates_enumerations = property_of<enumeration, judge_system_allocates>(
    "remote/system-allocates-enumerations", "Enumerations store a buffer with whole structures and their strings",
    {"remote/system-allocates", "free/net-buffers"});

// The prototypes say [out]: callers need not give these variables a value.
void judge_uninitialized_variables(Api&, Retriever& retriever) {
  constexpr const char* requirement = "remote/system-allocates";
  const Answer first = retriever.call();
  if (first.status != success) throw Unjudged{"answers " + status_text(first.status)};
  retriever.free(first);
  const Answer second = retriever.call({.uninitialized = true});
  if (second.status != success) throw Unjudged{"answers " + status_text(second.status) + " the second time"};
  retriever.expect(second.buffer_is_stored, requirement, "the buffer variable after success", "stored", "as it was");
  retriever.expect(second.entries == first.entries || retriever.changes_by_itself(), requirement,
                   "entries after success, with rubbish in the variables",
                   std::to_string(first.entries) + ", as with 0 in them", std::to_string(second.entries));
  if (second.buffer != nullptr) retriever.read(second, requirement);
  retriever.free(second);
}

const Property uninitialized_information = property_of<information, judge_uninitialized_variables>(
    "remote/system-allocates-information-uninitialized",
    "Functions that give information take nothing from the variables that they are to fill",
    {"remote/system-allocates"});

const Property uninitialized_enumerations = property_of<enumeration, judge_uninitialized_variables>(
    "remote/system-allocates-enumerations-uninitialized",
    "Enumerations take nothing from the variables that they are to fill", {"remote/system-allocates"});

// Whatever is asked for, success says that there is a buffer, or NULL: callers free what the variable holds then. Returns
// whether the function succeeded.
bool judge_answer(Retriever& retriever, Request request) {
  request.uninitialized = true;
  const Answer answer = retriever.call(request);
  retriever.expect(answer.status != success || answer.buffer_is_stored, "remote/system-allocates",
                   "the buffer variable after success", "stored", "as it was");
  if (answer.status == success || answer.status == more_data) retriever.free(answer);
  return answer.status == success;
}

// Says nothing of a function that refuses whatever it is asked.
void judge_answers(Retriever& retriever, const std::vector<Request>& requests) {
  bool is_any_met = false;
  for (const Request& request : requests) is_any_met |= judge_answer(retriever, request);
  if (is_any_met) return;
  const Answer ordinary = retriever.call();
  if (ordinary.status != success && ordinary.status != more_data) {
    throw Unjudged{"answers " + status_text(ordinary.status)};
  }
  retriever.free(ordinary);
}

void judge_unknown_names(Api&, Retriever& retriever) {
  if (!retriever.takes_a_name()) throw NotConcerned();
  judge_answers(retriever, {{.name = "no-such-name-of-apibuf"}, {.name = ""}});
}

void judge_unsupported_levels(Api&, Retriever& retriever) {
  if (!retriever.takes_a_level() || !retriever.is_first_level()) throw NotConcerned();
  judge_answers(retriever, {{.level = 99}, {.level = 12345}, {.level = 0xFFFFFFFF}});
}

const Property unknown_names_information = property_of<information, judge_unknown_names>(
    "remote/system-allocates-information-unknown-names",
    "Functions that give information, asked for what does not exist, do not succeed without storing a buffer or NULL",
    {"remote/system-allocates"});

const Property unknown_names_enumerations = property_of<enumeration, judge_unknown_names>(
    "remote/system-allocates-enumerations-unknown-names",
    "Enumerations, asked for what does not exist, do not succeed without storing a buffer or NULL",
    {"remote/system-allocates"});

const Property unsupported_levels_information = property_of<information, judge_unsupported_levels>(
    "remote/system-allocates-information-unsupported-levels",
    "Functions that give information, at levels that they do not have, do not succeed without storing a buffer or NULL",
    {"remote/system-allocates"});

const Property unsupported_levels_enumerations = property_of<enumeration, judge_unsupported_levels>(
    "remote/system-allocates-enumerations-unsupported-levels",
    "Enumerations, at levels that they do not have, do not succeed without storing a buffer or NULL",
    {"remote/system-allocates"});

// ---- preferred lengths -----------------------------------------------------------------------------------------------

void judge_everything_at_once(Api&, Retriever& retriever) {
  if (retriever.limits_entries()) throw Unjudged{"gives no more entries than it is asked for"};
  const Answer answer = retriever.call();
  if (answer.status != success && answer.status != more_data) throw Unjudged{"answers " + status_text(answer.status)};
  retriever.expect(answer.status == success, "remote/max-preferred-length", "status", "NERR_Success (0)",
                   status_text(answer.status));
  retriever.free(answer);
}

const Property everything_at_once = property_of<enumeration, judge_everything_at_once>(
    "remote/max-preferred-length-everything", "MAX_PREFERRED_LENGTH never gives ERROR_MORE_DATA",
    {"remote/max-preferred-length"});

// Fails where an entry was given that is not in the list, or was given more often than there.
void expect_to_be_of(const List& list, std::vector<std::string> given, Retriever& retriever, const std::string& when) {
  std::sort(given.begin(), given.end());
  const bool holds = std::includes(list.entries.begin(), list.entries.end(), given.begin(), given.end());
  retriever.expect(holds, "remote/more-data", "entries " + when, "those of the whole list, each once",
                   "one that is not in the list, or not again");
}

void judge_small_lengths(Api&, Retriever& retriever) {
  constexpr const char* requirement = "remote/more-data";
  const List list = list_all(retriever, requirement);
  std::string answers;
  bool is_judged = false;
  for (const Dword length : small_lengths(list)) {
    const Answer answer = retriever.call({.preferred_length = length});
    const bool has_buffer = answer.status == more_data && (answer.entries > 0 || answer.buffer != nullptr);
    if (has_buffer) {
      is_judged = true;
      retriever.expect(answer.entries <= list.entries.size(), requirement, "entries with ERROR_MORE_DATA",
                       "at most " + std::to_string(list.entries.size()), std::to_string(answer.entries));
      retriever.expect(answer.buffer != nullptr, requirement, "buffer with ERROR_MORE_DATA", "a buffer", "NULL");
      expect_to_be_of(list, values(retriever.read(answer, requirement)), retriever, "with ERROR_MORE_DATA");
    } else {
      answers += (answers.empty() ? "" : ", ") + status_text(answer.status);
    }
    if (answer.status == success || answer.status == more_data) retriever.free(answer);
  }
  if (!is_judged) throw Unjudged{"gives no part of its list; it answers " + answers};
}

const Property small_lengths_give_whole_entries = property_of<enumeration, judge_small_lengths>(
    "remote/more-data-small-lengths",
    "Preferred lengths that are too small give ERROR_MORE_DATA with whole entries and a buffer",
    {"remote/more-data", "free/net-buffers-on-more-data"});

// A caller that frees the buffer, as it has to after ERROR_MORE_DATA, must not free what the variable held before.
void judge_uninitialized_on_more_data(Api&, Retriever& retriever) {
  constexpr const char* requirement = "remote/more-data";
  const List list = list_all(retriever, requirement);
  bool is_judged = false;
  for (const Dword length : small_lengths(list)) {
    const Request request = {.preferred_length = length};
    const Answer first = retriever.call(request);
    if (first.status == success || first.status == more_data) retriever.free(first);
    if (first.status != more_data) continue;
    const Answer second = retriever.call({.preferred_length = length, .uninitialized = true});
    if (second.status != more_data) continue;
    is_judged = true;
    retriever.expect(second.buffer_is_stored, requirement, "the buffer variable after ERROR_MORE_DATA", "stored",
                     "as it was");
    retriever.expect(second.entries == first.entries, requirement, "entries with ERROR_MORE_DATA",
                     std::to_string(first.entries), std::to_string(second.entries));
    retriever.free(second);
  }
  if (!is_judged) throw Unjudged{"never answers ERROR_MORE_DATA (234)"};
}

const Property uninitialized_on_more_data = property_of<enumeration, judge_uninitialized_on_more_data>(
    "remote/more-data-uninitialized", "With ERROR_MORE_DATA, too, enumerations store their buffer and its entries",
    {"remote/more-data"});

// Everything that comes piece by piece; throws Unjudged where it does not come to an end.
std::vector<std::string> list_in_pieces(Retriever& retriever, Dword length, const List& list) {
  std::vector<std::string> given;
  Answer answer = {.status = more_data, .buffer = nullptr, .buffer_is_stored = false, .entries = 0, .resume_handle = 0};
  for (bool is_first = true; answer.status == more_data; is_first = false) {
    answer = retriever.call({.preferred_length = length, .resume_handle = answer.resume_handle});
    if (answer.status != success && answer.status != more_data) throw Unjudged{"answers " + status_text(answer.status)};
    if (answer.buffer != nullptr) {
      const std::vector<std::string> piece = values(retriever.read(answer, "remote/more-data"));
      given.insert(given.end(), piece.begin(), piece.end());
    }
    retriever.free(answer);
    expect_to_be_of(list, given, retriever, "given so far, with the resume handle");
    if (is_first && answer.status == success) throw Unjudged{"gives all at once"};
    if (answer.status == more_data && answer.entries == 0) throw Unjudged{"gives ERROR_MORE_DATA (234) and no entry"};
  }
  return given;
}

void judge_resumed(Api&, Retriever& retriever) {
  if (!retriever.can_resume()) throw Unjudged{"has no resume handle"};
  const List list = list_all(retriever, "remote/more-data");
  std::string reasons;
  bool is_judged = false;
  for (const Dword length : small_lengths(list)) {
    try {
      const std::vector<std::string> given = list_in_pieces(retriever, length, list);
      retriever.expect(given.size() == list.entries.size(), "remote/more-data",
                       "entries in all, with the resume handle", std::to_string(list.entries.size()),
                       std::to_string(given.size()));
      is_judged = true;
    } catch (const Unjudged& unjudged) {
      reasons = unjudged.reason;
    }
  }
  if (!is_judged) throw Unjudged{reasons};
}

const Property resumed = property_of<enumeration, judge_resumed>(
    "remote/more-data-resumed", "With its resume handle an enumeration goes on where it stopped, until all was given",
    {"remote/more-data"});

// ---- the buffer lives until it is freed ------------------------------------------------------------------------------

// The memory of a program that reads a buffer: so many blocks of each small size that they fill all freed memory.
class OtherMemory {
 public:
  OtherMemory() {
    constexpr std::size_t largest = 512, step = 16, terminator_bytes = 2;
    constexpr int of_each = 16;
    for (std::size_t bytes = step; bytes <= largest; bytes += step) {
      for (int i = 0; i < of_each; ++i) {
        blocks_.emplace_back(new unsigned char[bytes]());
        std::memset(blocks_.back().get(), 0xEE, bytes - terminator_bytes);
      }
    }
  }

 private:
  std::vector<std::unique_ptr<unsigned char[]>> blocks_;
};

// What programs do between a call and its Free: other calls, and memory that comes and goes.
void stir(Retriever& retriever) {
  for (int i = 0; i < 8; ++i) {
    const Answer other = retriever.call_silently();
    if (other.status != success) throw Unjudged{"answers " + status_text(other.status) + " after a while"};
    void* const memory = std::malloc(16U << i);
    std::memset(memory, 0xEE, 16U << i);
    std::free(memory);
    if (other.buffer != nullptr) retriever.free_silently(other.buffer);
  }
}

void judge_readable(Api& api, Retriever& retriever) {
  constexpr const char* requirement = "remote/readable";
  const Answer answer = retriever.must_call();
  const std::vector<std::string> before = values(retriever.read(answer, requirement));
  step(api, "8 more calls, freed at once, and other memory", [&] { stir(retriever); });
  const OtherMemory other;
  const std::vector<std::string> after = values(retriever.read(answer, requirement));
  retriever.expect(before == after, requirement, "strings, after other calls", "as they were", "changed");
  retriever.free(answer);
}

// Alone, here and below: whether memory that was freed too early is overwritten depends on what ran before.
const Property readable_information = property_of<information, judge_readable, true, false>(
    "remote/readable-information", "A structure and its strings stay as they are while other buffers come and go",
    {"remote/readable"});

const Property readable_enumerations = property_of<enumeration, judge_readable>(
    "remote/readable-enumerations", "Structures and their strings stay as they are while other buffers come and go",
    {"remote/readable"});

// ---- Free ------------------------------------------------------------------------------------------------------------

void judge_free_in_any_order(Api&, Retriever& retriever) {
  std::vector<Answer> answers;
  std::vector<std::vector<std::string>> before;
  for (int i = 0; i < 4; ++i) {
    answers.push_back(retriever.must_call());
    before.push_back(values(retriever.read(answers.back(), "free/net-buffers")));
  }
  std::vector<std::size_t> alive = {1, 3, 0};
  retriever.free(answers[2]);
  while (!alive.empty()) {
    for (const std::size_t i : alive) {
      retriever.expect(values(retriever.read(answers[i], "free/net-buffers")) == before[i], "free/net-buffers",
                       "strings of a buffer, after another was freed", "as they were", "changed");
    }
    retriever.free(answers[alive.front()]);
    alive.erase(alive.begin());
  }
}

const Property free_information = property_of<information, judge_free_in_any_order, true, false>(
    "free/net-buffers-information", "Four buffers with information are freed in another order, and no other suffers",
    {"free/net-buffers", "remote/readable"});

const Property free_enumerations = property_of<enumeration, judge_free_in_any_order>(
    "free/net-buffers-enumerations", "Four buffers of an enumeration are freed in another order, and no other suffers",
    {"free/net-buffers", "remote/readable"});

// ---- Size ------------------------------------------------------------------------------------------------------------

// How much of the memory from the buffer on is certainly one block. Strings may be allocations of their own; but where all
// of them follow the structures with hardly a byte between, as no allocator places what it is asked for one by one, they
// lie in the buffer.
std::size_t block_bytes(const Answer& answer, std::size_t structures, const std::vector<Entry>& entries) {
  std::map<const unsigned char*, std::size_t> strings;
  for (const Entry& entry : entries) {
    for (const Text& text : entry) {
      if (text.address != nullptr) strings[text.address] = text.bytes.size();
    }
  }
  if (strings.empty() || strings.begin()->first < answer.buffer + structures) return structures;
  const unsigned char* end = answer.buffer + structures;
  std::size_t gaps = 0;
  for (const auto& [start, bytes] : strings) {
    if (start > end) gaps += static_cast<std::size_t>(start - end);
    end = std::max(end, start + bytes);
  }
  return gaps < sizeof(void*) ? static_cast<std::size_t>(end - answer.buffer) : structures;
}

void judge_size(Api& api, Retriever& retriever) {
  constexpr const char* requirement = "size/net-buffers";
  const Answer answer = retriever.must_call();
  const std::vector<Entry> entries = retriever.read(answer, requirement);
  api.run().step("NetApiBufferSize", name_of(Function::size));
  const SizeResult size = api.size(answer.buffer);
  api.run().done(status_text(size.status), {{"ByteCount", std::to_string(size.bytes)}});
  retriever.expect(size.status == success, requirement, "NetApiBufferSize", "NERR_Success (0)",
                   status_text(size.status));

  const std::size_t structures = entries.size() * retriever.entry_bytes();
  const std::size_t block = block_bytes(answer, structures, entries);
  retriever.expect(size.bytes >= structures, requirement, "size",
                   "at least its structures, " + std::to_string(structures), std::to_string(size.bytes));
  retriever.expect(size.bytes >= block, requirement, "size",
                   "at least its structures and the strings behind them, " + std::to_string(block),
                   std::to_string(size.bytes));
  for (const Entry& entry : entries) {
    for (const Text& text : entry) {
      if (text.address < answer.buffer || text.address >= answer.buffer + size.bytes) continue;
      const auto end = static_cast<std::size_t>(text.address - answer.buffer) + text.bytes.size();
      retriever.expect(end <= size.bytes, requirement, "end of a string that begins inside the buffer",
                       "at most its size, " + std::to_string(size.bytes), std::to_string(end));
    }
  }
  retriever.free(answer);
}

const Property size_information = property_of<information, judge_size>(
    "size/net-buffers-information", "The size of a buffer with information counts its structure and the strings in it",
    {"size/net-buffers"}, {Function::free, Function::size});

const Property size_enumerations = property_of<enumeration, judge_size>(
    "size/net-buffers-enumerations", "The size of an enumeration's buffer counts its structures and the strings in it",
    {"size/net-buffers"}, {Function::free, Function::size});

// ---- threads ---------------------------------------------------------------------------------------------------------

// What finds nothing to judge in the thread finds nothing in the case.
template <class Body>
void in_another_thread(Api& api, Body body) {
  std::exception_ptr unjudged;
  in_threads(api, 1, [&](unsigned) {
    try {
      body();
    } catch (const Unjudged&) {
      unjudged = std::current_exception();
    }
  });
  if (unjudged) std::rethrow_exception(unjudged);
}

void judge_threads(Api& api, Retriever& retriever) {
  Answer of_ended_thread;
  in_another_thread(api, [&] { of_ended_thread = retriever.must_call(); });
  retriever.read(of_ended_thread, "remote/readable");
  retriever.free(of_ended_thread);
  const Answer of_this_thread = retriever.must_call();
  in_another_thread(api, [&] { retriever.free(of_this_thread); });
}

const Property threads_information = property_of<information, judge_threads>(
    "free/any-thread-net-buffers-information",
    "A buffer with information can be read and freed after the thread that retrieved it has ended, and by another",
    {"free/any-thread", "free/net-buffers", "remote/readable"});

const Property threads_enumerations = property_of<enumeration, judge_threads>(
    "free/any-thread-net-buffers-enumerations",
    "An enumeration's buffer can be read and freed after the thread that retrieved it has ended, and by another",
    {"free/any-thread", "free/net-buffers", "remote/readable"});

}  // namespace
}  // namespace conformance
