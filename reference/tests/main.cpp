#include <doctest/doctest.h>

int main(int argument_count, char** arguments) { return doctest::Context(argument_count, arguments).run(); }
