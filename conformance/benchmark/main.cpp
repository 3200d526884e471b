// apibuf-benchmark: measures one implementation. Comparing is the business of `apibuf bench`, which starts process after
// process: so no implementation finds the heap that another has left behind.
#include <benchmark/benchmark.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "allocators.hpp"
#include "scenarios.hpp"
#include "worker/platform.hpp"

namespace conformance::benchmark {
namespace {

using ::benchmark::State;

constexpr int exit_wrong_usage = 2;

// ---- timed -----------------------------------------------------------------------------------------------------------

// Every scenario measures real time and reports the number of repetitions a second.
::benchmark::internal::Benchmark* add(const std::string& name, auto body) {
  return ::benchmark::RegisterBenchmark(name.c_str(), body)->UseRealTime();
}

void add_loop(const std::string& name, auto body) {
  add(name, [body](State& state) {
    for (auto _ : state) body();
    state.SetItemsProcessed(state.iterations());
  });
}

template <class Allocator>
void mixed_sizes(State& state, const Allocator& allocator) {
  MixedSizes mixed(allocator);
  for (auto _ : state) mixed.step();
  state.SetItemsProcessed(state.iterations());
}

template <class Allocator>
void producer_consumer(State& state, const Allocator& allocator, Belt& belt) {
  if (state.thread_index() == 0) {
    for (auto _ : state) belt.put(allocator.allocate(small_size));
    state.SetItemsProcessed(state.iterations());
  } else {
    for (auto _ : state) allocator.free(belt.take());
  }
}

template <class Allocator>
void million_live(State& state, const Allocator& allocator) {
  std::vector<void*> live(1'000'000, nullptr);
  for (auto _ : state) {
    state.PauseTiming();
    const std::uint64_t bytes_before = platform::private_bytes();
    state.ResumeTiming();
    for (void*& buffer : live) buffer = allocator.allocate(small_size);
    state.PauseTiming();
    const auto bytes = static_cast<double>(platform::private_bytes() - bytes_before);
    state.counters["bytes_per_buffer"] = bytes / static_cast<double>(live.size());
    state.ResumeTiming();
    for (void* buffer : live) allocator.free(buffer);
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(live.size()));
}

template <class Allocator>
void add_all(const Allocator& allocator) {
  if (allocator.has_size()) add_loop("allocate-size-free", [&] { allocate_size_free(allocator); });
  add_loop("allocate-free", [&] { allocate_free(allocator); });
  for (const int threads : {1, 2, 4}) {
    const std::string name = threads == 1 ? "mixed-sizes" : "mixed-sizes-" + std::to_string(threads) + "-threads";
    add(name, [&](State& state) { mixed_sizes(state, allocator); })->Threads(threads);
  }
  if (allocator.has_reallocate()) {
    add_loop("grow-by-doubling", [&] { grow_by_doubling(allocator); });
    add_loop("grow-by-steps", [&] { grow_by_steps(allocator); });
  }
  const auto belt = std::make_shared<Belt>();
  add("producer-consumer", [&, belt](State& state) { producer_consumer(state, allocator, *belt); })->Threads(2);
  // Once in a process: memory that the C library has kept from an earlier million would cost nothing the second time.
  add("million-live", [&](State& state) { million_live(state, allocator); })->Iterations(1);
}

// ---- counted ---------------------------------------------------------------------------------------------------------

// Runs the scenario `times` times; callgrind counts only what happens in this function (see counted_function in
// harness/apibuf_bench/instructions.py).
extern "C" [[gnu::noinline]] void apibuf_counted(const std::function<void()>& body, int times) {
  for (int i = 0; i < times; ++i) body();
}

// The first round fills the C library's caches and the library's tables: it is not counted.
void count(const std::function<void()>& body) {
  constexpr int times = 1000;
  for (int i = 0; i < times; ++i) body();
  apibuf_counted(body, times);
}

// Returns false if no scenario of this name is counted.
template <class Allocator>
bool count_one(std::string_view scenario, const Allocator& allocator) {
  if (scenario == "allocate-size-free") {
    count([&] { allocate_size_free(allocator); });
  } else if (scenario == "mixed-sizes") {
    MixedSizes mixed(allocator);
    count([&] { mixed.step(); });
  } else if (scenario == "grow-by-doubling") {
    count([&] { grow_by_doubling(allocator); });
  } else if (scenario == "grow-by-steps") {
    count([&] { grow_by_steps(allocator); });
  } else {
    return false;
  }
  return true;
}

// ---- the command line ------------------------------------------------------------------------------------------------

struct Options {
  std::string target;
  std::string count;
};

int wrong_usage() {
  platform::write_error_text(
      "usage: apibuf-benchmark --target=LIBRARY|malloc [--count=SCENARIO | options of Google Benchmark]\n");
  return exit_wrong_usage;
}

// The options that Google Benchmark did not take, or nullopt if they make no sense.
std::optional<Options> parse(std::span<char*> arguments) {
  Options options;
  for (const std::string_view argument : arguments) {
    const std::size_t equals = argument.find('=');
    const std::string_view name = argument.substr(0, equals);
    if (equals == std::string_view::npos || (name != "--target" && name != "--count")) return std::nullopt;
    (name == "--target" ? options.target : options.count) = argument.substr(equals + 1);
  }
  if (options.target.empty()) return std::nullopt;
  return options;
}

template <class Allocator>
int measure(const Options& options, const Allocator& allocator) {
  if (!options.count.empty()) return count_one(options.count, allocator) ? 0 : wrong_usage();
  add_all(allocator);
  ::benchmark::RunSpecifiedBenchmarks();
  return 0;
}

int run(const Options& options) {
  platform::open_memory_figures();
  if (options.target == "malloc") return measure(options, CLibrary());

  std::string message;
  platform::Library* const library = platform::load(options.target, message);
  if (library == nullptr) give_up(options.target + " cannot be loaded: " + message);
  const NetApi functions(library);
  if (!functions.has_basics()) give_up(options.target + " does not export NetApiBufferAllocate and NetApiBufferFree");
  return measure(options, functions);
}

}  // namespace
}  // namespace conformance::benchmark

int main(int argc, char** argv) {
  ::benchmark::Initialize(&argc, argv);
  const auto options = conformance::benchmark::parse({argv + 1, argv + argc});
  return options.has_value() ? conformance::benchmark::run(*options) : conformance::benchmark::wrong_usage();
}
