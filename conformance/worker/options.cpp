#include "worker/options.hpp"

#include <algorithm>
#include <set>
#include <sstream>
#include <string_view>

namespace conformance {

const char* const usage = R"(apibuf-worker runs conformance cases against one implementation of the ApiBuffer functions.

  apibuf-worker --target=LIBRARY                 run everything that needs no process of its own
  apibuf-worker --target=LIBRARY -tc="free/*"    run some of it
  apibuf-worker --target=LIBRARY -tc=ID          run one case, whatever it needs
  apibuf-worker --list-test-cases                list the ids
  apibuf-worker --catalogue                      print all cases as JSON
  apibuf-worker --target=LIBRARY --stream        talk to a host (PROTOCOL.md)

LIBRARY is a path, or a bare name that the loader finds.

  --connector=CMD               in place of a library: a command that offers the functions over its standard input and
                                output (CONNECTORS.md)
  --vectors=FILE                more cases, in the format of vectors/README.md; may be given several times
  -tc,  --test-case=PATTERNS    only the cases whose id matches one of these, separated by commas; * matches any text
  -tce, --test-case-exclude=PATTERNS   not the cases that match one of these
  -cs,  --case-sensitive        patterns distinguish upper and lower case
  -ob,  --order-by=ORDER        file, name, rand or none
  -rs,  --rand-seed=N           the seed of that random order
  -aa,  --abort-after=N         stop after N failures
  -s,   --success               name the cases that passed too
  -c,   --count                 only print how many cases match
  -ns,  --no-skip               run all cases in this one process; a failure may then be the doing of another case
  -nb,  --no-breaks             do not stop in a debugger at a failure
  -h,   --help                  print this

Some cases limit memory, or do what no correct program does, and need a process of their own: they are not run
together with others, and the summary counts them. -tc=ID runs one of them.

Exit codes:
  0  every judged case passed, and at least one was judged
  1  the implementation does not conform
  2  wrong usage, or no case matches
  3  the library could not be loaded, or a case could not be run
  4  nothing was judged: every case was unsupported, observed or not run
  5  a vector file cannot be used
  6  the implementation crashed or ended the process; the last line names the case and the function
)";

namespace {

enum class Value { none, text, number, order };

struct Option {
  std::string_view name, short_name;
  Value value;
};

// Those options of doctest that keep their meaning here. Its reporters, which count what is unsupported or observed as
// passed, and the options that change the exit code are left out.
constexpr Option doctest_options[] = {
    {"test-case", "tc", Value::text}, {"test-case-exclude", "tce", Value::text}, {"case-sensitive", "cs", Value::none},
    {"order-by", "ob", Value::order}, {"rand-seed", "rs", Value::number},        {"abort-after", "aa", Value::number},
    {"no-breaks", "nb", Value::none},
};

constexpr std::string_view orders[] = {"file", "name", "rand", "none"};

bool is_number(std::string_view text) {
  return !text.empty() && text.size() < 10 && text.find_first_not_of("0123456789") == std::string_view::npos;
}

void check_value(const std::string& argument, Value wanted, const std::string* value) {
  if ((wanted != Value::none) != (value != nullptr && !value->empty())) {
    throw WrongUsage(argument + (wanted == Value::none ? " takes no value" : " needs a value, after an ="));
  }
  if (wanted == Value::text && value->find_first_not_of(',') == std::string::npos)
    throw WrongUsage(argument + " is empty");
  if (wanted == Value::number && !is_number(*value)) throw WrongUsage(argument + " needs a number");
  if (wanted == Value::order && std::find(std::begin(orders), std::end(orders), *value) == std::end(orders)) {
    throw WrongUsage(argument + " names no order: it is file, name, rand or none");
  }
}

std::vector<std::string> parts_of(const std::string& list) {
  std::vector<std::string> parts;
  std::istringstream text(list);
  for (std::string part; std::getline(text, part, ',');) {
    if (!part.empty()) parts.push_back(part);
  }
  return parts;
}

class Parser {
 public:
  Options parse(const std::vector<std::string>& arguments) {
    for (const std::string& argument : arguments) take(argument);
    if ((options_.stream || options_.catalogue) && !options_.for_doctest.empty()) {
      throw WrongUsage(options_.for_doctest.front() +
                       " is for the worker without a host, not for --stream and --catalogue");
    }
    return options_;
  }

 private:
  void take(const std::string& argument) {
    const std::size_t start = std::min<std::size_t>(argument.find_first_not_of('-'), 2);
    if (start == 0 || start > argument.size()) throw unknown(argument);
    const std::size_t equals = argument.find('=');
    const std::string name = argument.substr(start, equals - start);
    const std::string text = equals == std::string::npos ? "" : argument.substr(equals + 1);
    const std::string* const value = equals == std::string::npos ? nullptr : &text;
    if (!take_own(argument, name, value)) take_for_doctest(argument, name, value);
  }

  bool take_own(const std::string& argument, const std::string& name, const std::string* value) {
    const struct {
      std::string_view name, short_name;
      bool& flag;
    } flags[] = {{"stream", "", options_.stream},    {"catalogue", "", options_.catalogue},
                 {"help", "h", options_.help},       {"list-test-cases", "ltc", options_.list},
                 {"count", "c", options_.count},     {"success", "s", options_.success},
                 {"no-skip", "ns", options_.no_skip}};
    for (const auto& known : flags) {
      if (name != known.name && name != known.short_name) continue;
      check_value(argument, Value::none, value);
      return known.flag = true;
    }
    if (name != "target" && name != "connector" && name != "vectors") return false;
    check_value(argument, Value::text, value);
    if (name == "vectors") {
      options_.vector_files.push_back(*value);
    } else {
      only_once(argument, "target");
      (name == "target" ? options_.target : options_.connector) = *value;
    }
    return true;
  }

  void take_for_doctest(const std::string& argument, const std::string& name, const std::string* value) {
    if (name == "reporters" || name == "r") {
      throw WrongUsage(argument +
                       " is refused: doctest's reporters count unsupported and observed cases as passed; "
                       "`apibuf run` writes junit.xml and other reports");
    }
    for (const Option& known : doctest_options) {
      if (name != known.name && name != known.short_name) continue;
      check_value(argument, known.value, value);
      only_once(argument, std::string(known.name));
      options_.for_doctest.push_back(argument);
      if (known.name == "test-case") options_.patterns = parts_of(*value);
      return;
    }
    throw unknown(argument);
  }

  void only_once(const std::string& argument, const std::string& name) {
    if (!given_.insert(name).second)
      throw WrongUsage(argument + " is the second value for this option, which takes one");
  }

  static WrongUsage unknown(const std::string& argument) {
    return WrongUsage(argument + " is no option of the worker; --help lists them");
  }

  Options options_;
  std::set<std::string> given_;
};

}  // namespace

Options parse_options(const std::vector<std::string>& arguments) { return Parser().parse(arguments); }

}  // namespace conformance
