#include "worker/bare.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <exception>
#include <iostream>
#include <numeric>
#include <string>
#include <vector>

#include "worker/buffers.hpp"
#include "worker/case_thread.hpp"
#include "worker/connector_process.hpp"
#include "worker/execution.hpp"
#include "worker/exit_codes.hpp"
#include "worker/platform.hpp"

namespace conformance {
namespace {

struct Counts {
  unsigned passed = 0, failed = 0, unsupported = 0, not_run = 0, observed = 0, errors = 0;
};

// doctest's test functions take no argument, so what they work on stands here.
Catalogue* catalogue = nullptr;
Subject* subject = nullptr;
bool names_passed_cases = false;
bool skips_alone_cases = false;
std::vector<std::string> selected;
Counts counts;

// ---- the report ------------------------------------------------------------------------------------------------------

// doctest hands over which cases it has selected. What came of a case is printed where it is known.
class Report : public doctest::IReporter {
 public:
  explicit Report(const doctest::ContextOptions&) {}
  void report_query(const doctest::QueryData& query) override {
    for (unsigned i = 0; i < query.num_data; ++i) selected.emplace_back(query.data[i]->m_name);
  }
  void test_run_start() override {}
  void test_run_end(const doctest::TestRunStats&) override {}
  void test_case_start(const doctest::TestCaseData&) override {}
  void test_case_reenter(const doctest::TestCaseData&) override {}
  void test_case_end(const doctest::CurrentTestCaseStats&) override {}
  void test_case_exception(const doctest::TestCaseException&) override {}
  void subcase_start(const doctest::SubcaseSignature&) override {}
  void subcase_end() override {}
  void log_assert(const doctest::AssertData&) override {}
  void log_message(const doctest::MessageData&) override {}
  void test_case_skipped(const doctest::TestCaseData&) override {}
};

REGISTER_REPORTER("apibuf", 1, Report);

// Flushed each time: the implementation may end the process in the next case.
void print(const char* verdict, const std::string& id, const std::string& text = "") {
  std::cout << verdict << "  " << id << (text.empty() ? "" : ": ") << text << std::endl;
}

std::string details_of(const Failure& failure) {
  return failure.requirement + "\n  step      " + failure.step + "\n  what      " + failure.what + "\n  expected  " +
         failure.expected + "\n  actual    " + failure.actual;
}

// ---- one case --------------------------------------------------------------------------------------------------------

void report_observation(const CaseRun& run) {
  ++counts.observed;
  if (run.observations().empty() && run.failures().empty()) print("observed", run.id());
  for (const auto& [name, value] : run.observations()) print("observed", run.id(), name + ": " + value);
  for (const Failure& failure : run.failures()) print("observed", run.id(), details_of(failure));
}

void report(const Case& tested, const CaseRun& run) {
  if (run.left_out_as() != LeftOut::no && !run.failed()) {
    const bool is_unsupported = run.left_out_as() == LeftOut::unsupported;
    ++(is_unsupported ? counts.unsupported : counts.not_run);
    print(is_unsupported ? "unsupported" : "not run", run.id(), run.left_out_because());
  } else if (is_observation(tested)) {
    report_observation(run);
  } else if (run.failed()) {
    ++counts.failed;
    for (const Failure& failure : run.failures()) print("failed", run.id(), details_of(failure));
    FAIL_CHECK(run.id());  // so that doctest counts it for --abort-after, and stops in a debugger
  } else if (run.judgements() == 0) {
    ++counts.errors;
    print("error", run.id(), "the case has judged nothing");
  } else {
    ++counts.passed;
    if (names_passed_cases) print("passed", run.id());
  }
}

void print_last_words(const platform::Fault& fault) noexcept {
  const CaseThread& thread = CaseThread::current();
  const char* const function = thread.function();
  char where[buffers::where_characters] = {};
  if (fault.address) buffers::where(*fault.address, thread.given(), where);
  for (const char* const part :
       {"\ncrashed  ", current_case(), ": ", fault.reason, *where != '\0' ? ", " : "", static_cast<const char*>(where),
        " in ", *function != '\0' ? function : "no function", "; the cases after it were not run\n"}) {
    platform::write_error_text(part);
  }
  platform::end_process(exit_code::ended_by_implementation);
}

void execute_as_doctest_case() {
  const Case& tested = *catalogue->find(doctest::getContextOptions()->currentTest->m_name);
  if (tested.alone && skips_alone_cases) {
    ++counts.not_run;
    return;
  }
  if (tested.needs == Needs::end_of_process && selected.size() > 1) {
    ++counts.not_run;
    print("not run", tested.id, std::string(reason_of(tested.needs)) + ", which other cases need");
    return;
  }
  // In the place of doctest's own handlers, which know neither the function nor all ways to die.
  platform::on_crash(print_last_words);
  CaseRun run(tested.id, tested.requirements, evidence_of(tested));
  const CurrentRun current(run);
  try {
    execute(tested, run, *subject);
  } catch (const ConnectorFailed& failure) {
    print_last_words({failure.what(), {}});
  } catch (const std::exception& exception) {
    ++counts.errors;
    print("error", tested.id, exception.what());
    return;
  }
  report(tested, run);
}

// ---- all of them -----------------------------------------------------------------------------------------------------

int run_doctest(const std::vector<std::string>& options, const char* more) {
  std::vector<const char*> arguments = {"apibuf-worker", "--reporters=apibuf", more};
  for (const std::string& argument : options) arguments.push_back(argument.c_str());
  return doctest::Context(static_cast<int>(arguments.size()), arguments.data()).run();
}

// Leaves in `selected` which cases these options of doctest select.
void query(const std::vector<std::string>& options) {
  selected.clear();
  run_doctest(options, "--list-test-cases");
}

void register_cases() {
  unsigned order = 0;
  for (const Case& listed : catalogue->cases()) {
    doctest::detail::TestCase test_case(execute_as_doctest_case, "vectors", ++order, doctest::detail::TestSuite());
    test_case* listed.id.c_str();
    doctest::detail::regTest(test_case);
  }
}

// ---- what was named --------------------------------------------------------------------------------------------------

// How many characters are to be inserted, deleted or replaced to make one text of the other.
std::size_t distance(const std::string& left, const std::string& right) {
  std::vector<std::size_t> row(right.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < left.size(); ++i) {
    std::size_t diagonal = row[0]++;
    for (std::size_t j = 0; j < right.size(); ++j) {
      const std::size_t replaced = diagonal + (left[i] != right[j] ? 1 : 0);
      diagonal = row[j + 1];
      row[j + 1] = std::min({replaced, row[j] + 1, diagonal + 1});
    }
  }
  return row.back();
}

// The case whose id is most like this text; empty where none is like it.
std::string suggestion(const std::string& text) {
  std::string nearest;
  std::size_t least = text.size() / 3 + 1;
  for (const Case& listed : catalogue->cases()) {
    const std::size_t edits = distance(text, listed.id);
    if (edits >= least) continue;
    least = edits;
    nearest = listed.id;
  }
  return nearest;
}

// Why the patterns cannot be run as they were meant; empty where they can. doctest would leave out in silence what matches
// nothing, and the run would leave out what needs a process of its own.
std::string misunderstanding(const Options& options, std::size_t selected_count) {
  for (const std::string& pattern : options.patterns) {
    const Case* const named = catalogue->find(pattern);
    if (named != nullptr && named->alone && selected_count > 1 && !options.no_skip) {
      return pattern + " needs a process of its own: name no other case with it, or add --no-skip";
    }
    query({"--test-case=" + pattern});
    if (!selected.empty()) continue;
    const std::string nearest = suggestion(pattern);
    return pattern + " matches no case; " +
           (nearest.empty() ? "--list-test-cases lists what there is" : "did you mean " + nearest + "?");
  }
  return "";
}

int refuse(int code, const std::string& sentence) {
  std::cerr << "apibuf-worker: " << sentence << std::endl;
  return code;
}

int conclude(unsigned skipped_alone) {
  const auto selected_count = static_cast<unsigned>(selected.size());
  const unsigned made =
      counts.passed + counts.failed + counts.unsupported + counts.not_run + counts.observed + counts.errors;
  counts.not_run += selected_count - made;  // --abort-after
  if (skipped_alone > 0) {
    std::cout << skipped_alone << " cases need a process of their own and were not run: -tc=ID runs one of them\n";
  }
  std::cout << selected_count << " cases: " << counts.passed << " passed, " << counts.failed << " failed, "
            << counts.unsupported << " unsupported, " << counts.not_run << " not run, " << counts.observed
            << " observed, " << counts.errors << " errors\n";
  if (counts.failed > 0) {
    std::cout << "the implementation does not conform" << std::endl;
    return exit_code::not_conforming;
  }
  if (counts.errors > 0) {
    std::cout << "some cases could not be run" << std::endl;
    return exit_code::could_not_run;
  }
  if (counts.passed == 0) {
    std::cout << "nothing was judged" << std::endl;
    return exit_code::nothing_judged;
  }
  std::cout << "every judged case passed" << std::endl;
  return exit_code::success;
}

}  // namespace

int run_bare(const Options& options, Catalogue& all) {
  catalogue = &all;
  register_cases();
  query(options.for_doctest);
  const std::vector<std::string> to_run = selected;
  const std::string refused = misunderstanding(options, to_run.size());
  if (!refused.empty()) return refuse(exit_code::wrong_usage, refused);
  selected = to_run;
  if (selected.empty()) {
    return refuse(exit_code::wrong_usage, "no case matches; --list-test-cases lists what there is");
  }
  if (options.count) {
    std::cout << selected.size() << std::endl;
    return exit_code::success;
  }
  if (options.list) {
    for (const std::string& id : selected) std::cout << id << "\n";
    return exit_code::success;
  }
  if (options.target.empty() && options.connector.empty()) {
    return refuse(exit_code::wrong_usage, "no implementation is named: give --target=LIBRARY, or --help for more");
  }

  skips_alone_cases = selected.size() > 1 && !options.no_skip;
  names_passed_cases = options.success;
  const auto alone_count = static_cast<unsigned>(std::count_if(
      selected.begin(), selected.end(), [](const std::string& id) { return catalogue->find(id)->alone; }));
  if (skips_alone_cases && alone_count == selected.size()) {
    return refuse(exit_code::wrong_usage, "all " + std::to_string(alone_count) +
                                              " cases that match need a process of their own; run them one by one, "
                                              "beginning with -tc=" +
                                              selected.front());
  }
  const Loaded loaded = load_subject(options.target, options.connector);
  if (loaded.subject == nullptr && !options.connector.empty()) return refuse(exit_code::could_not_run, loaded.message);
  if (loaded.subject == nullptr) {
    platform::start_again_for(options.target, loaded.message);
    return refuse(exit_code::could_not_run, options.target + " could not be loaded: " + loaded.message);
  }
  subject = loaded.subject.get();
  platform::on_exit([] { print_last_words({"a call of exit", {}}); });
  run_doctest(options.for_doctest, "--minimal");
  return conclude(skips_alone_cases ? alone_count : 0);
}

}  // namespace conformance
