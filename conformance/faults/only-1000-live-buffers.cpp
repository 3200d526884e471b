// DEVIATES: allocate/capacity. No more than 1000 buffers can live at once.
#include "limited.hpp"

struct Faulty : Limited<Faulty> {
  static constexpr int most_live = 1000;
};

EXPORT_ALL(Faulty)
