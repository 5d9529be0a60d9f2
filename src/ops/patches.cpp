// Patches of images as columns, and back: unfold and fold of torch.nn.functional.
#include "kernels/conv.h"
#include "ops/families.h"
#include "ops/sides.h"

namespace gradbox {
namespace {

std::string pair(std::int64_t a, std::int64_t b) { return detail::concat("(", a, ", ", b, ")"); }

// A contiguous image [n, c, h, w] or [c, h, w], as [n, c, 1, h, w].
Tensor as_volume(const Tensor& t) {
  const Tensor x = t.contiguous_raw();
  Dims shape = x.shape();
  if (x.dim() == 3) shape.insert(shape.begin(), 1);
  shape.insert(shape.begin() + 2, 1);
  return x.alias(shape, contiguous_strides(shape), x.offset());
}

// Arguments of fold and unfold from `first` on: kernel_size, dilation, padding, stride.
struct Patches {
  IntList kernel;
  kernels::ConvGeometry geometry;
  Patches(const Args& a, std::size_t first) : kernel{1, a.ints(first)[0], a.ints(first)[1]} {
    for (std::size_t i = 0; i < 2; ++i) {
      geometry.dilation[i + 1] = a.ints(first + 1)[i];
      geometry.padding[i + 1] = a.ints(first + 2)[i];
      geometry.stride[i + 1] = a.ints(first + 3)[i];
    }
    const auto positive = [](const char* what, const char* name, std::int64_t h, std::int64_t w) {
      if (h <= 0 || w <= 0)
        fail(ErrorKind::Runtime, what, " should be greater than zero, but got ",
             by_side(name, IntList{h, w}, kSides));
    };
    const kernels::ConvGeometry& g = geometry;
    positive("kernel size", "kernel", kernel[1], kernel[2]);
    positive("dilation", "dilation", g.dilation[1], g.dilation[2]);
    if (g.padding[1] < 0 || g.padding[2] < 0)
      fail(ErrorKind::Runtime, "padding should be non-negative, but got ",
           by_side("pad", IntList{g.padding[1], g.padding[2]}, kSides));
    positive("stride", "stride", g.stride[1], g.stride[2]);
  }
  // "kernel_size=(2, 2), dilation=(1, 1), padding=(0, 0)", with the stride or without.
  std::string words(bool strided) const {
    const kernels::ConvGeometry& g = geometry;
    std::string out = "kernel_size=" + pair(kernel[1], kernel[2]) +
                      ", dilation=" + pair(g.dilation[1], g.dilation[2]) +
                      ", padding=" + pair(g.padding[1], g.padding[2]);
    return strided ? out + ", stride=" + pair(g.stride[1], g.stride[2]) : out;
  }
  std::int64_t length(std::size_t i, std::int64_t n) const {
    return kernels::conv_length(n, kernel[i + 1], geometry.stride[i + 1], geometry.padding[i + 1],
                                geometry.dilation[i + 1]);
  }
};

}  // namespace

void register_patches(Registry& r) {
  const std::string list =
      "int[2] kernel_size, int[2] dilation=1, int[2] padding=0, int[2] stride=1";
  r.op("im2col(Tensor self, " + list + ") -> Tensor")
      .doc(
          "Patches of [n, c, h, w] (or [c, h, w]) as columns [n, c kh kw, l]: F.unfold, whose name "
          "a method of tensors has. torch.nn.functional.unfold")
      .in(kFunctional)
      .forward([](const Args& a) {
        const Tensor x = a.tensor(0);
        const Patches p(a, 1);
        const bool filled = x.size(1) != 0 && x.size(2) != 0;
        if (!(filled && ((x.dim() == 3 && x.size(0) != 0) || (x.dim() == 4 && x.size(3) != 0))))
          fail(
              ErrorKind::Runtime,
              "Expected 3D or 4D (batch mode) tensor with possibly 0 batch size and other non-zero "
              "dimensions for input, but got: ",
              to_string(x.shape()));
        const std::int64_t h = p.length(0, x.size(-2)), w = p.length(1, x.size(-1));
        // PyTorch says the height twice.
        if (h < 1 || w < 1)
          fail(ErrorKind::Runtime, "Given input with spatial size ", pair(x.size(-2), x.size(-2)),
               ", ", p.words(false), ", calculated shape of the array of sliding blocks as ",
               pair(h, w), ", but its components must be at least one.");
        Dims shape{x.size(-3) * p.kernel[1] * p.kernel[2], h * w};
        if (x.dim() == 4) shape.insert(shape.begin(), x.size(0));
        const Tensor out = Tensor::empty(shape, x.dtype());
        kernels::im2col(out, as_volume(x), p.kernel, p.geometry);
        return out;
      })
      .backward([](BackwardContext& c, const TensorList& g) -> TensorList {
        const Args a = c.args();
        const Dims& s = c.shape(0);
        return {call("col2im", {g[0], IntList{s[s.size() - 2], s.back()}, a[1], a[2], a[3], a[4]})
                    .get<Tensor>()};
      })
      .samples([](Samples& s) {
        s.add({s.randn({1, 2, 3, 4}), IntList{2, 2}, IntList{1, 1}, IntList{1, 0}, IntList{1, 2}});
      });
  r.op("col2im(Tensor self, int[2] output_size, " + list + ") -> Tensor")
      .doc(
          "Columns [n, c kh kw, l] (or [c kh kw, l]) added up to an image [n, c, h, w]. "
          "torch.nn.functional.fold")
      .in(0)
      .forward([](const Args& a) {
        const Tensor x = a.tensor(0);
        const Patches p(a, 2);
        const bool batched = x.dim() == 3;
        if (!(batched || x.dim() == 2) || x.size(-1) == 0 || x.size(-2) == 0)
          fail(ErrorKind::Runtime,
               "Expected 2D or 3D (batch mode) tensor for input with possibly 0 batch size and "
               "non-zero dimensions for input, but got: ",
               to_string(x.shape()));
        const IntList& size = a.ints(1);
        const std::int64_t h = p.length(0, size[0]), w = p.length(1, size[1]),
                           area = p.kernel[1] * p.kernel[2];
        if (x.size(-2) % area != 0)
          fail(
              ErrorKind::Runtime,
              "Expected size of input's dimension 1 to be divisible by the product of kernel_size, "
              "but got input.size(1)=",
              x.size(-2), " and kernel_size=", pair(p.kernel[1], p.kernel[2]), ".");
        if (x.size(-1) != h * w)
          fail(ErrorKind::Runtime, "Given output_size=", pair(size[0], size[1]), ", ",
               p.words(true),
               ", expected size of input's dimension 2 to match the calculated number of sliding "
               "blocks ",
               h, " * ", w, " = ", h * w, ", but got input.size(2)=", x.size(-1), ".");
        if (h < 1 || w < 1)
          fail(ErrorKind::Runtime, "Given output_size=", pair(size[0], size[1]), ", ",
               p.words(true), ", calculated shape of the array of sliding blocks as ", pair(h, w),
               ", which is too small (non-positive)");
        Dims shape{x.size(-2) / area, size[0], size[1]};
        if (batched) shape.insert(shape.begin(), x.size(0));
        const Tensor out = Tensor::full(shape, 0, x.dtype());
        kernels::col2im(as_volume(out), x.contiguous_raw(), p.kernel, p.geometry);
        return out;
      })
      .backward([](BackwardContext& c, const TensorList& g) -> TensorList {
        const Args a = c.args();
        return {call("im2col", {g[0], a[2], a[3], a[4], a[5]}).get<Tensor>()};
      })
      .samples([](Samples& s) {
        s.add({s.randn({1, 4, 6}), IntList{3, 4}, IntList{2, 2}});
      });
  r.op("fold(Tensor input, int[2] output_size, int[2] kernel_size, int[2] dilation=1, int[2] "
       "padding=0, int[2] stride=1) -> Tensor")
      .doc("Adds patches up to images: [n, c kh kw, l] to [n, c, h, w]. torch.nn.functional.fold")
      .in(kFunctional)
      .composite([](const Args& a) {
        return call("col2im", {a[0], a[1], a[2], a[3], a[4], a[5]}).get<Tensor>();
      });
}

}  // namespace gradbox
