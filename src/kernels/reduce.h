// Reductions of one tensor over some of its dimensions.
#pragma once

#include "kernels/iterator.h"

namespace gradbox::kernels {

// Runs combine(accumulator, element) for every element of `in`, into the element of `out` it
// belongs to. `out` has in's rank with size 1 in reduced dimensions, and holds the identity.
// Rows that reduce to one element keep their accumulator in a register of type Acc.
template <class T, class R, class Acc, class F>
void reduce(const Tensor& out, const Tensor& in) {
  StridedIterator it(in.shape());
  it.add(out).add(in);
  it.run([](char** p, const std::int64_t* s, std::int64_t n) {
    const F f;
    const char* in_p = p[1];
    if (s[0] == 0) {
      R* o = reinterpret_cast<R*>(p[0]);
      Acc acc = static_cast<Acc>(*o);
      if (s[1] == sizeof(T)) {
        const T* a = reinterpret_cast<const T*>(in_p);
        for (std::int64_t i = 0; i < n; ++i) acc = f(acc, static_cast<Acc>(a[i]));
      } else {
        for (std::int64_t i = 0; i < n; ++i, in_p += s[1]) acc = f(acc, static_cast<Acc>(*reinterpret_cast<const T*>(in_p)));
      }
      *o = static_cast<R>(acc);
      return;
    }
    char* out_p = p[0];
    for (std::int64_t i = 0; i < n; ++i, out_p += s[0], in_p += s[1]) {
      R* o = reinterpret_cast<R*>(out_p);
      *o = static_cast<R>(f(static_cast<Acc>(*o), static_cast<Acc>(*reinterpret_cast<const T*>(in_p))));
    }
  });
}

}  // namespace gradbox::kernels
