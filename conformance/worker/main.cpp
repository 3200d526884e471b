// apibuf-worker: plays cases against one implementation. PROTOCOL.md is the contract with whoever starts it.

#include <doctest/doctest.h>

#include <cstring>
#include <exception>
#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "worker/catalogue.hpp"
#include "worker/platform.hpp"
#include "worker/stream.hpp"

namespace conformance {
namespace {

constexpr int exit_wrong_usage = 2;
constexpr int exit_could_not_run = 3;

constexpr const char* usage =
    "apibuf-worker plays conformance cases against one implementation of the ApiBuffer functions.\n"
    "\n"
    "  apibuf-worker --target=LIBRARY                 play everything\n"
    "  apibuf-worker --target=LIBRARY -tc=\"free/*\"    play some of it\n"
    "  apibuf-worker --list-test-cases                list what there is\n"
    "  apibuf-worker --catalogue                      the same as JSON\n"
    "  apibuf-worker --target=LIBRARY --stream        talk to a host (PROTOCOL.md)\n"
    "\n"
    "  --vectors=FILE   more cases, in the format of vectors/README.md\n"
    "\n"
    "LIBRARY is a path, or a bare name that the loader finds. Cases that do what no correct program does want a\n"
    "process each and are skipped here: -tc=ID --no-skip plays one. Exit codes: 0 all passed, 1 some did not,\n"
    "2 wrong usage, 3 the library could not be loaded. Every option of doctest works too:\n\n";

struct Options {
  std::string target;
  std::vector<std::string> vector_files;
  bool stream = false;
  bool catalogue = false;
  bool help = false;
  bool list = false;
};

Options parse(int argument_count, char** arguments) {
  Options options;
  for (int i = 1; i < argument_count; ++i) {
    const std::string text = arguments[i];
    const auto value_of = [&](const char* name) -> std::optional<std::string> {
      return text.rfind(name, 0) == 0 ? std::optional(text.substr(std::strlen(name))) : std::nullopt;
    };
    if (const auto target = value_of("--target=")) options.target = *target;
    if (const auto file = value_of("--vectors=")) options.vector_files.push_back(*file);
    options.stream |= text == "--stream";
    options.catalogue |= text == "--catalogue";
    options.help |= text == "--help" || text == "-h";
    options.list |= text == "--list-test-cases" || text == "-ltc";
  }
  return options;
}

// ---- one case --------------------------------------------------------------------------------------------------------

// doctest's test functions take no argument, so what they work on stands here.
Catalogue* catalogue = nullptr;
std::unique_ptr<Subject> subject;
CaseRun* current_run = nullptr;

void play(const Case& played, CaseRun& run) {
  current_run = &run;
  run.begin();
  try {
    played.play_in(run, *subject);
  } catch (const CaseStopped&) {
    // What stopped it is recorded.
  } catch (const std::exception& exception) {
    stream::send("error", {{"message", played.id + ": " + exception.what()}});
    throw;
  }
  run.end();
  current_run = nullptr;
}

void play_as_doctest_case() {
  const Case& played = *catalogue->find(doctest::getContextOptions()->currentTest->m_name);
  CaseRun run(played.id, played.requirements, evidence_of(played));
  play(played, run);
  for (const Failure& failure : run.failures()) {
    const std::string story = failure.requirement + "\n  step      " + failure.step + "\n  what      " + failure.what +
                              "\n  expected  " + failure.expected + "\n  actual    " + failure.actual;
    if (is_observation(played)) {
      MESSAGE("observed, not judged: " << story);
    } else {
      FAIL_CHECK(story);
    }
  }
  for (const auto& [name, value] : run.observations()) MESSAGE("observed " << name << ": " << value);
  if (!run.left_out_because().empty()) {
    MESSAGE(run.left_out_because());
  } else {
    CHECK_MESSAGE((run.judgements() > 0 || is_observation(played)), "the case has judged nothing");
  }
}

// ---- a process at its end --------------------------------------------------------------------------------------------

void last_words(const char* reason) noexcept {
  if (stream::is_open()) {
    const char* const function = function_in_call();
    const bool is_in_call = *function != 0 && current_run != nullptr;
    stream::send_crash(reason, function, is_in_call ? current_run->requirement_of_call() : "");
    return;
  }
  for (const char* const part : {"\ncrash: ", reason, " in ", function_in_call(), ", case ",
                                 current_run != nullptr ? current_run->id().c_str() : "none", "\n"}) {
    platform::write_error_text(part);
  }
}

// ---- the two modes ---------------------------------------------------------------------------------------------------

bool load_subject(const std::string& path, std::string& message, std::string& loaded_path) {
  platform::open_memory_figures();
  platform::Library* const library = platform::load(path, message);
  if (library == nullptr) return false;
  loaded_path = platform::loaded_path(library);
  subject = std::make_unique<Subject>(Subject{Implementation(library), path});
  return true;
}

// One batch of ids, up to an empty line or the end of the input. All of it is read before anything of it is played: what
// an implementation does to the channel in a case cannot touch what its other cases are.
std::vector<std::string> read_ids() {
  std::vector<std::string> ids;
  for (auto line = platform::read_channel_line(); line && !line->empty(); line = platform::read_channel_line()) {
    ids.push_back(*line);
  }
  return ids;
}

// 0 where all of them passed: then the process may go on to play others.
int play_for_host(const std::vector<std::string>& ids) {
  for (const std::string& id : ids) {
    const Case* const wanted = catalogue->find(id);
    if (wanted == nullptr) {
      stream::send("error", {{"message", "no case is called " + id}});
      return exit_wrong_usage;
    }
    CaseRun run(wanted->id, wanted->requirements, evidence_of(*wanted));
    try {
      play(*wanted, run);
    } catch (const std::exception&) {
      return exit_could_not_run;
    }
    if (run.failed()) return 1;
  }
  return 0;
}

int run_for_host(const Options& options) {
  platform::take_channels();
  const std::optional<std::string> nonce = platform::read_channel_line();
  if (!nonce || nonce->empty()) return exit_wrong_usage;
  stream::open(*nonce);
  platform::on_crash(last_words);
  stream::send("loading", {{"target", options.target}});
  std::string message, path;
  if (!load_subject(options.target, message, path)) {
    stream::send("load-failed", {{"message", message}});
    return exit_could_not_run;
  }
  stream::send("hello", {{"protocol", 2},
                         {"platform", platform::name},
                         {"exports", subject->library.names(ExportForm::undecorated)},
                         {"decorated", subject->library.names(ExportForm::decorated)},
                         {"path", path},
                         {"suite", suite_identity()}});
  for (std::vector<std::string> ids = read_ids(); !ids.empty(); ids = read_ids()) {
    const int status = play_for_host(ids);
    if (status != 0) return status;
    stream::send("bye");
  }
  return 0;
}

int run_with_doctest(doctest::Context& context, const Options& options) {
  if (options.target.empty() && !options.list) {
    std::cerr << "apibuf-worker: no implementation is named: give --target=LIBRARY, or --help for more\n";
    return exit_wrong_usage;
  }
  std::string message, path;
  if (!options.list && !load_subject(options.target, message, path)) {
    std::cerr << "apibuf-worker: " << options.target << " could not be loaded: " << message << "\n";
    return exit_could_not_run;
  }
  platform::on_crash(last_words);
  unsigned order = 0;
  for (const Case& listed : catalogue->cases()) {
    doctest::detail::TestCase test_case(play_as_doctest_case, "vectors", ++order, doctest::detail::TestSuite());
    test_case * listed.id.c_str() * doctest::skip(listed.alone);
    doctest::detail::regTest(test_case);
  }
  return context.run();
}

int run(int argument_count, char** arguments) {
  const Options options = parse(argument_count, arguments);
  doctest::Context context(argument_count, arguments);
  if (options.help) {
    std::cout << usage << std::flush;
    return context.run();
  }
  // Never destroyed: the process ends without looking back.
  static Catalogue all;
  if (!options.stream || !options.vector_files.empty()) all.read_all_groups();
  for (const std::string& file : options.vector_files) {
    try {
      all.add_file(file);
    } catch (const std::exception& exception) {
      std::cerr << "apibuf-worker: the vector file " << file << " is not to be used: " << exception.what() << "\n";
      return exit_wrong_usage;
    }
  }
  catalogue = &all;
  if (options.catalogue) {
    std::cout << all.document().dump() << std::endl;
    return 0;
  }
  return options.stream ? run_for_host(options) : run_with_doctest(context, options);
}

}  // namespace
}  // namespace conformance

int main(int argument_count, char** arguments) {
  const int status = conformance::run(argument_count, arguments);
  // Nothing of the implementation runs any more: its exit handlers are not what is being tested.
  std::cout.flush();
  conformance::platform::end_process(status);
}
