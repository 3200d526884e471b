// Whether the memory of buffers that other network management functions return is given back, with all that they point
// to.
//
// A function may lose memory by itself, with each call, and that is not Free's doing. So growth alone is not judged: the
// memory of buffers and strings that were freed is looked for among those that come later. What was freed is handed out
// again, and what was left behind never is, however short it is.
#include <algorithm>
#include <chrono>
#include <cstring>

#include "properties/growth.hpp"
#include "properties/net_cases.hpp"

namespace conformance {
namespace {

// Many of these functions are slow. So less is taken for growth than elsewhere, which costs a few rounds more where it was
// none, and no round is longer than it has to be to lose four times as much. The first look is shorter still; full
// rounds follow only where it sees growth.
constexpr std::uint64_t least_growth_bytes = noise_bytes / 2, least_growth_at_first_look_bytes = noise_bytes / 4;
constexpr std::uint64_t losses_in_a_round = 4;
// What a block takes beside its content, about. Where it takes nothing, a round loses about half as much.
constexpr std::size_t overhead_bytes = 16;
constexpr double longest_first_look_s = 0.5, longest_round_s = 3, longest_growth_s = 60;

// So few calls are made however long they take: on a busy machine, too, something is judged.
constexpr int few = 1000;

// So many rounds, at most, until what others gave back is used up and a leak has to show.
constexpr int most_rounds = 8;

// After so many rounds in which the process grew by all that they hold, further rounds would show the same. They would
// cost a third more time with Samba, whose calls go over the wire.
constexpr int enough_whole_rounds = 3;

double now_s() {
  using namespace std::chrono;
  return duration<double>(steady_clock::now().time_since_epoch()).count();
}

template <class Activity>
std::int64_t growth_of(Activity activity) {
  const std::uint64_t before = platform::private_bytes();
  activity();
  return static_cast<std::int64_t>(platform::private_bytes()) - static_cast<std::int64_t>(before);
}

bool is_growth(std::int64_t bytes, std::uint64_t least_bytes) {
  return bytes >= static_cast<std::int64_t>(least_bytes);
}

// ---- memory that is handed out again ---------------------------------------------------------------------------------

// A piece of a buffer: the structures, or one of the strings that they point to.
struct Piece {
  const unsigned char* start;
  std::size_t bytes;
};

// The structures, then each string in order. A string that is NULL is a piece of no bytes.
std::vector<Piece> pieces_of(const Retriever& retriever, const Answer& answer, const std::vector<Entry>& entries) {
  std::vector<Piece> pieces = {{answer.buffer, entries.size() * retriever.entry_bytes()}};
  for (const Entry& entry : entries) {
    for (const Text& text : entry) pieces.push_back({text.address, text.bytes.size()});
  }
  return pieces;
}

// Memory that was freed, known by the place that each piece had in its buffer, and which of the places were seen again.
class FreedMemory {
 public:
  // Pieces of a buffer that is about to be freed.
  void add(const std::vector<Piece>& pieces) {
    places_.resize(std::max(places_.size(), pieces.size()));
    for (std::size_t place = 0; place < pieces.size(); ++place) {
      if (pieces[place].bytes == 0) continue;
      places_[place].bytes = pieces[place].bytes;
      memory_.push_back({pieces[place], place});
      longest_ = std::max(longest_, pieces[place].bytes);
    }
    is_sorted_ = false;
  }

  // Pieces that were handed out since.
  void look_at(const std::vector<Piece>& pieces) {
    if (!std::exchange(is_sorted_, true)) {
      std::sort(memory_.begin(), memory_.end(),
                [](const Memory& left, const Memory& right) { return left.piece.start < right.piece.start; });
    }
    const auto before = [](const Memory& memory, const unsigned char* start) { return memory.piece.start < start; };
    for (const Piece& piece : pieces) {
      for (auto it = std::lower_bound(memory_.begin(), memory_.end(), piece.start - longest_, before);
           it != memory_.end() && it->piece.start < piece.start + piece.bytes; ++it) {
        if (it->piece.start + it->piece.bytes > piece.start) places_[it->place].is_seen_again = true;
      }
    }
  }

  bool is_all_seen_again() const { return unseen_bytes() == 0; }

  // What one buffer has in places whose memory was not seen again, with what blocks take beside it.
  std::size_t unseen_bytes() const {
    std::size_t bytes = 0;
    for (const Place& place : places_) bytes += is_unseen(place) ? place.bytes + overhead_bytes : 0;
    return bytes;
  }

  // The first of these places, in words.
  std::string first_unseen() const {
    const auto found = std::find_if(places_.begin(), places_.end(), is_unseen);
    return found == places_.begin() ? "the structures" : "string " + std::to_string(found - places_.begin());
  }

 private:
  struct Place {
    std::size_t bytes = 0;  // of a piece there
    bool is_seen_again = false;
  };
  struct Memory {
    Piece piece;
    std::size_t place;
  };
  static bool is_unseen(const Place& place) { return place.bytes > 0 && !place.is_seen_again; }

  std::vector<Place> places_;
  std::vector<Memory> memory_;
  std::size_t longest_ = 0;
  bool is_sorted_ = false;
};

// ---- the judge -------------------------------------------------------------------------------------------------------

// Calls a function and frees what it gave, again and again. Over the wire that is slow, so it is judged otherwise than by
// expect_no_growth.
class MemoryJudge {
 public:
  // `content` is what one buffer holds, in bytes.
  MemoryJudge(Api& api, Retriever& retriever, const Request& request, Status status, std::size_t content)
      : api_(api), retriever_(retriever), request_(request), status_(status), content_(content) {}

  void judge(const char* requirement) {
    requirement_ = requirement;
    // What is made once is made now, too.
    step(api_, "8 calls, each freed at once, to see how long they take", [&] { measure_call(); });
    step(api_, "some buffers, held together, then freed, and some more, in which their memory is to be seen again",
         [&] { expect_pieces_to_come_back(); });
    const std::string text = std::to_string(calls_at_first_look()) + " calls, each freed at once, in rounds";
    step(api_, text.c_str(), [&] { expect_no_growth_for_long(); });
  }

 private:
  // ---- calls ----

  Answer call() {
    const Answer answer = retriever_.call_silently(request_);
    if (answer.status != status_) throw Unjudged{"answers " + status_text(answer.status) + " after a while"};
    return answer;
  }

  void free(const unsigned char* buffer) {
    if (buffer != nullptr) retriever_.free_silently(buffer);
  }

  // How many calls lose enough to be seen if each loses so many bytes.
  static int calls_to_lose(std::size_t bytes, std::uint64_t least_growth = least_growth_bytes) {
    return static_cast<int>(losses_in_a_round * least_growth / (bytes + overhead_bytes) + 1);
  }

  int calls_at_first_look() const { return calls_to_lose(content_, least_growth_at_first_look_bytes); }

  // By the fastest of a few calls, since any may have to wait for what else the machine does.
  void measure_call() {
    call_s_ = longest_round_s;
    for (int i = 0; i < 8; ++i) {
      const double start_s = now_s();
      free(call().buffer);
      call_s_ = std::min(call_s_, now_s() - start_s);
    }
  }

  void expect_to_be_fast(int calls, double longest_s = longest_round_s) const {
    if (calls > few && call_s_ * calls > longest_s) {
      throw Unjudged{"is too slow to be called " + std::to_string(calls) + " times"};
    }
  }

  // So many buffers are held together: enough for the memory that they give back to reach every kind of piece, though a
  // function that loses memory itself takes a part of it with each call.
  int batch() const {
    constexpr double longest_s = 0.05;
    return std::clamp(static_cast<int>(longest_s / call_s_), 8, 64);
  }

  // Holds some buffers together, shows the pieces of each, and frees them.
  template <class Show>
  void hold_batch(Show show) {
    std::vector<unsigned char*> buffers;
    for (int i = 0; i < batch(); ++i) {
      const Answer answer = call();
      buffers.push_back(answer.buffer);
      if (answer.buffer != nullptr) show(pieces_of(retriever_, answer, retriever_.read(answer, requirement_)));
    }
    for (const unsigned char* const buffer : buffers) free(buffer);
  }

  // ---- each piece comes back ----

  void expect_pieces_to_come_back() {
    FreedMemory freed;
    hold_batch([&](const std::vector<Piece>& pieces) { freed.add(pieces); });
    hold_batch([&](const std::vector<Piece>& pieces) { freed.look_at(pieces); });
    const bool is_left_behind = !freed.is_all_seen_again() && is_lost(freed);
    retriever_.expect(!is_left_behind, requirement_,
                      "memory of " + freed.first_unseen() + " in buffers that were freed",
                      "handed out again by later calls, or the process does not grow",
                      "never handed out again, and the process grows");
  }

  // Memory that was not seen again may be kept for later, or handed back to the system; then the process does not grow for
  // long.
  bool is_lost(FreedMemory& freed) {
    const int calls = calls_to_lose(freed.unseen_bytes());
    expect_to_be_fast(calls);
    int grown = 0;
    for (int rounds = 0; rounds < most_rounds && grown < 2; ++rounds) {
      const std::int64_t growth = growth_of([&] {
        for (int made = 0; made < calls; made += batch()) {
          hold_batch([&](const std::vector<Piece>& pieces) { freed.look_at(pieces); });
        }
      });
      if (freed.is_all_seen_again()) return false;
      if (is_growth(growth, least_growth_bytes)) ++grown;
    }
    if (grown < 2 || keeps_freed_memory(calls)) return false;
    if (grew_by_itself(api_.run(), std::chrono::milliseconds(100), least_growth_bytes))
      throw Unjudged{"grows by itself"};
    return true;
  }

  // Whether memory that was freed is not used again for a while, as memory checkers do: then nothing of it is seen again
  // soon, and growth proves nothing.
  bool keeps_freed_memory(int calls) {
    if (api_.library().address(Function::allocate) == nullptr) return true;
    const auto bytes = static_cast<Dword>(content_);
    FreedMemory freed;
    for (int made = 0; made < calls && (made == 0 || !freed.is_all_seen_again()); made += batch()) {
      std::vector<unsigned char*> buffers;
      for (int i = 0; i < batch(); ++i) {
        unsigned char* const buffer = api_.allocate_if_granted(bytes);
        if (buffer == nullptr) return true;
        buffers.push_back(buffer);
        std::memset(buffers.back(), 1, bytes);
        const std::vector<Piece> pieces = {{buffers.back(), bytes}};
        made == 0 ? freed.add(pieces) : freed.look_at(pieces);
      }
      for (const unsigned char* const buffer : buffers) retriever_.free_silently(buffer);
    }
    return !freed.is_all_seen_again();
  }

  // ---- the process stops growing ----

  std::int64_t growth_of_calls_freed_at_once(int calls) {
    return growth_of([&] {
      for (int i = 0; i < calls; ++i) free(call().buffer);
    });
  }

  void expect_no_growth_for_long() {
    expect_to_be_fast(calls_at_first_look(), longest_first_look_s);
    if (!is_growth(growth_of_calls_freed_at_once(calls_at_first_look()), least_growth_at_first_look_bytes)) return;
    const int calls = calls_to_lose(content_);
    expect_to_be_fast(calls);
    const double deadline_s = now_s() + longest_growth_s;
    const std::uint64_t start = platform::private_bytes();
    for (int rounds = 1;; ++rounds) {
      const std::int64_t grown = growth_of_calls_freed_at_once(calls);
      if (!is_growth(grown, least_growth_bytes)) break;
      if (rounds == 2 && !keeps_freed_memory(calls)) return expect_less_growth_than_without_free(grown);
      retriever_.expect(platform::private_bytes() < start + growth_limit_bytes(), requirement_, "memory of the process",
                        "stops growing", "goes on growing");
      if (now_s() > deadline_s) throw Unjudged{"grew for a minute, which a cache may do as well as a leak"};
    }
  }

  // The function loses memory itself, or Free does now and then: Free gives back the difference between holding buffers
  // and freeing each at once. Buffers that are held do not make the process grow while memory of others is left.
  void expect_less_growth_than_without_free(std::int64_t grown_with_free) {
    const int calls = calls_to_lose(content_);
    // Not all of it: some pages are not used to their ends.
    const auto wanted = static_cast<std::int64_t>(content_ / 4 * 3);
    std::vector<unsigned char*> buffers;
    std::int64_t given_back = 0, grown_without_free = 0;
    int whole_rounds = 0;
    for (int rounds = 0; rounds < most_rounds && whole_rounds < enough_whole_rounds && given_back < wanted; ++rounds) {
      // The least of all rounds, since the process may have grown in one of them for another reason.
      if (rounds > 0) grown_with_free = std::min(grown_with_free, growth_of_calls_freed_at_once(calls));
      const std::int64_t grown = growth_of([&] {
        for (int i = 0; i < calls; ++i) buffers.push_back(call().buffer);
      });
      if (grown >= static_cast<std::int64_t>(content_) * calls) ++whole_rounds;
      grown_without_free = std::max(grown_without_free, grown);
      given_back = std::max<std::int64_t>(0, (grown_without_free - grown_with_free) / calls);
    }
    for (const unsigned char* const buffer : buffers) free(buffer);
    retriever_.expect(given_back >= wanted, requirement_, "what Free gives back",
                      "the buffer with its strings, " + std::to_string(content_) + " bytes",
                      std::to_string(given_back) + " bytes");
    api_.run().observe(retriever_.title() + ", memory", "the function loses some itself, whatever is freed");
  }

  Api& api_;
  Retriever& retriever_;
  Request request_;
  Status status_;
  std::size_t content_;
  const char* requirement_ = "";
  double call_s_ = 0;
};

// ---- the cases -------------------------------------------------------------------------------------------------------

// What other cases gave back could serve a leak of a round for long, so these cases want a process of their own.
constexpr bool alone = true;

void judge_nested(Api& api, Retriever& retriever) {
  const Answer answer = retriever.must_call();
  const std::size_t content = content_bytes(retriever, retriever.read(answer, "free/nested"));
  retriever.free(answer);
  MemoryJudge(api, retriever, {}, success, content).judge("free/nested");
}

const Property nested_information = property_of<information, judge_nested, alone>(
    "free/nested-information", "One Free gives back a structure with all of its strings: the process does not grow",
    {"free/nested"});

const Property nested_enumerations = property_of<enumeration, judge_nested, alone>(
    "free/nested-enumerations", "One Free gives back all structures with their strings: the process does not grow",
    {"free/nested"});

// The largest part of the list that comes with ERROR_MORE_DATA.
void judge_free_on_more_data(Api& api, Retriever& retriever) {
  constexpr const char* requirement = "free/net-buffers-on-more-data";
  const List list = list_all(retriever, requirement);
  std::vector<Dword> lengths = small_lengths(list);
  for (auto length = lengths.rbegin(); length != lengths.rend(); ++length) {
    const Request request = {.preferred_length = *length};
    const Answer answer = retriever.call(request);
    const bool is_to_judge = answer.status == more_data && answer.buffer != nullptr;
    const std::size_t content = is_to_judge ? content_bytes(retriever, retriever.read(answer, requirement)) : 0;
    if (answer.status == success || answer.status == more_data) retriever.free(answer);
    if (!is_to_judge) continue;
    // A buffer without entries is memory all the same.
    MemoryJudge(api, retriever, request, more_data, std::max<std::size_t>(content, 16)).judge(requirement);
    return;
  }
  throw Unjudged{"never gives a buffer with ERROR_MORE_DATA (234)"};
}

const Property free_on_more_data = property_of<enumeration, judge_free_on_more_data, alone>(
    "free/net-buffers-on-more-data-again-and-again",
    "Buffers that came with ERROR_MORE_DATA are freed, and all of their memory is given back",
    {"free/net-buffers-on-more-data", "free/nested"});

}  // namespace
}  // namespace conformance
