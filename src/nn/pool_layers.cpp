// Pooling, padding and resampling: layers without parameters.
#include "nn/layer_table.h"
#include "ops/ops.h"

namespace gradbox {

namespace {

std::string named(const NativeLayer& m, const char* name, std::size_t i) {
  return std::string(name) + "=" + python_text(m.arg(i));
}

// A side that stays as it is, None in Python, is -1 here.
std::string output_size_text(const NativeLayer& m) {
  std::string s = named(m, "output_size", 0);
  for (std::size_t at; (at = s.find("-1")) != std::string::npos;) s.replace(at, 2, "None");
  return s;
}

// Without a stride, windows stand side by side.
void default_stride(NativeLayer& m, std::size_t stride, std::size_t kernel) {
  if (m.arg(stride).is_none()) m.set_arg(stride, m.arg(kernel));
}

TensorList one_or_two(const Value& v) {
  return v.is<Tensor>() ? TensorList{v.get<Tensor>()} : v.get<TensorList>();
}

void pools(LayerTable& t, int rank) {
  const std::string n = std::to_string(rank), list = "int[" + n + "] ", maybe = "int[" + n + "]? ";
  const std::string max_op = "max_pool" + n + "d", avg_op = "avg_pool" + n + "d";
  t.layer("MaxPool" + n + "d(" + list + "kernel_size, " + maybe + "stride=None, " + list +
          "padding=0, " + list + "dilation=1, bool return_indices=False, bool ceil_mode=False)")
      .doc("Largest element of each window. torch.nn.MaxPool" + n + "d")
      .gives("Tensor output, Tensor? indices")
      .setup([](NativeLayer& m) { default_stride(m, 1, 0); })
      .forward_list([max_op](NativeLayer& m, const TensorList& in) {
        return one_or_two(
            call(max_op, {in[0], m.arg(0), m.arg(1), m.arg(2), m.arg(3), m.arg(5), m.arg(4)}));
      })
      .repr([](const NativeLayer& m) {
        return named(m, "kernel_size", 0) + ", " + named(m, "stride", 1) + ", " +
               named(m, "padding", 2) + ", " + named(m, "dilation", 3) + ", " +
               named(m, "ceil_mode", 5);
      });
  auto avg = t.layer("AvgPool" + n + "d(" + list + "kernel_size, " + maybe + "stride=None, " +
                     list + "padding=0, bool ceil_mode=False, bool count_include_pad=True" +
                     (rank > 1 ? ", int? divisor_override=None" : "") + ")");
  avg.doc("Mean of each window. torch.nn.AvgPool" + n + "d")
      .setup([rank](NativeLayer& m) {
        default_stride(m, 1, 0);
        // Tuples from here on, in one dimension, as PyTorch keeps and prints them.
        if (rank == 1)
          for (const std::size_t i : {0, 1, 2}) m.set_arg(i, m.ints(i, 1));
      })
      .forward([avg_op, rank](NativeLayer& m, const Tensor& x) {
        Values args{x, m.arg(0), m.arg(1), m.arg(2), m.arg(3), m.arg(4)};
        if (rank > 1) args.push_back(m.arg(5));
        return call(avg_op, args).get<Tensor>();
      })
      .repr([](const NativeLayer& m) {
        return named(m, "kernel_size", 0) + ", " + named(m, "stride", 1) + ", " +
               named(m, "padding", 2);
      });
  t.layer("AdaptiveAvgPool" + n + "d(" + list + "output_size)")
      .doc(
          "Means of windows chosen so that the result has the size wanted. "
          "torch.nn.AdaptiveAvgPool" +
          n + "d")
      .forward([op = "adaptive_" + avg_op](NativeLayer& m, const Tensor& x) {
        return call(op, {x, m.arg(0)}).get<Tensor>();
      })
      .repr(output_size_text);
  t.layer("AdaptiveMaxPool" + n + "d(" + list + "output_size, bool return_indices=False)")
      .doc(
          "Largest elements of windows chosen so that the result has the size wanted. "
          "torch.nn.AdaptiveMaxPool" +
          n + "d")
      .gives("Tensor output, Tensor? indices")
      .forward_list([op = "adaptive_" + max_op](NativeLayer& m, const TensorList& in) {
        return one_or_two(call(op, {in[0], m.arg(0), m.arg(1)}));
      })
      .repr(output_size_text);
  t.layer("MaxUnpool" + n + "d(" + list + "kernel_size, " + maybe + "stride=None, " + list +
          "padding=0)")
      .doc("Puts elements back where MaxPool" + n + "d took them from. torch.nn.MaxUnpool" + n +
           "d")
      .takes("Tensor input, Tensor indices")
      .setup([rank](NativeLayer& m) {
        default_stride(m, 1, 0);
        for (const std::size_t i : {0, 1, 2})
          m.set_arg(i, m.ints(i, static_cast<std::size_t>(rank)));
      })
      .forward_list([op = "max_unpool" + n + "d"](NativeLayer& m, const TensorList& in) {
        return TensorList{call(op, {in[0], in[1], m.arg(0), m.arg(1), m.arg(2)}).get<Tensor>()};
      })
      .repr([](const NativeLayer& m) {
        return named(m, "kernel_size", 0) + ", " + named(m, "stride", 1) + ", " +
               named(m, "padding", 2);
      });
  if (rank > 2) return;
  t.layer("LPPool" + n + "d(float norm_type, " + list + "kernel_size, " + maybe +
          "stride=None, bool ceil_mode=False)")
      .doc("p-norm of each window. torch.nn.LPPool" + n + "d")
      .forward([op = "lp_pool" + n + "d"](NativeLayer& m, const Tensor& x) {
        return call(op, {x, m.number(0), m.arg(1), m.arg(2), m.arg(3)}).get<Tensor>();
      })
      .repr([](const NativeLayer& m) {
        return named(m, "norm_type", 0) + ", " + named(m, "kernel_size", 1) + ", " +
               named(m, "stride", 2) + ", " + named(m, "ceil_mode", 3);
      });
}

void pads(LayerTable& t, int rank, const std::string& kind, const char* mode) {
  const std::string n = std::to_string(rank);
  const bool constant = kind == "Constant";
  t.layer(kind + "Pad" + n + "d(int[" + std::to_string(2 * rank) + "] padding" +
          (constant ? ", float value" : "") + ")")
      .doc("Padding from the last dimension backwards: (left, right, top, bottom, ...). torch.nn." +
           kind + "Pad" + n + "d")
      .setup(
          [rank](NativeLayer& m) { m.set_arg(0, m.ints(0, static_cast<std::size_t>(2 * rank))); })
      .forward([constant, mode](NativeLayer& m, const Tensor& x) {
        Values args{x, m.arg(0), mode};
        if (constant) args.push_back(m.number(1));
        return call("pad", args).get<Tensor>();
      })
      .repr([constant](const NativeLayer& m) {
        return constant ? named(m, "padding", 0) + ", " + named(m, "value", 1)
                        : python_text(m.arg(0));
      });
}

Tensor resize(const Tensor& x, const Value& size, const Value& factor, const Value& mode,
              const Value& align, const Value& recompute = {}) {
  return call("interpolate", {x, size, factor, mode, align, recompute}).get<Tensor>();
}

// PyTorch prints what was given: a factor as a float, a size as it is.
std::string upsample_text(const NativeLayer& m, const std::string& mode) {
  const std::string first = m.arg(1).is_none() ? named(m, "size", 0) : named(m, "scale_factor", 1);
  return first + ", mode=" + mode;
}

// Integers are factors, too; they print as floats.
void float_factor(NativeLayer& m) {
  if (m.arg(1).is_number()) m.set_arg(1, m.number(1));
}

void register_resizing(LayerTable& t) {
  t.layer(
       "Upsample(int[1]? size=None, float[1]? scale_factor=None, str mode='nearest', bool? "
       "align_corners=None, bool? recompute_scale_factor=None)")
      .doc("Resizes by nearest neighbours or interpolation. torch.nn.Upsample")
      .setup(float_factor)
      .forward([](NativeLayer& m, const Tensor& x) {
        return resize(x, m.arg(0), m.arg(1), m.arg(2), m.arg(3), m.arg(4));
      })
      .repr([](const NativeLayer& m) { return upsample_text(m, m.text(2)); });
  t.layer("UpsamplingNearest2d(int[1]? size=None, float[1]? scale_factor=None)")
      .doc("Resizes images by nearest neighbours. torch.nn.UpsamplingNearest2d")
      .setup(float_factor)
      .forward([](NativeLayer& m, const Tensor& x) {
        return resize(x, m.arg(0), m.arg(1), "nearest", {});
      })
      .repr([](const NativeLayer& m) { return upsample_text(m, "nearest"); });
  t.layer("UpsamplingBilinear2d(int[1]? size=None, float[1]? scale_factor=None)")
      .doc("Resizes images by interpolation, corners kept. torch.nn.UpsamplingBilinear2d")
      .setup(float_factor)
      .forward([](NativeLayer& m, const Tensor& x) {
        return resize(x, m.arg(0), m.arg(1), "bilinear", true);
      })
      .repr([](const NativeLayer& m) { return upsample_text(m, "bilinear"); });
  t.layer("Unfold(int[2] kernel_size, int[2] dilation=1, int[2] padding=0, int[2] stride=1)")
      .doc("Patches of images as columns. torch.nn.Unfold")
      .forward([](NativeLayer& m, const Tensor& x) {
        return call("im2col", {x, m.ints(0, 2), m.ints(1, 2), m.ints(2, 2), m.ints(3, 2)})
            .get<Tensor>();
      })
      .repr([](const NativeLayer& m) {
        return named(m, "kernel_size", 0) + ", " + named(m, "dilation", 1) + ", " +
               named(m, "padding", 2) + ", " + named(m, "stride", 3);
      });
  t.layer(
       "Fold(int[2] output_size, int[2] kernel_size, int[2] dilation=1, int[2] padding=0, int[2] "
       "stride=1)")
      .doc("Columns added up to images. torch.nn.Fold")
      .forward([](NativeLayer& m, const Tensor& x) {
        return call("fold",
                    {x, m.ints(0, 2), m.ints(1, 2), m.ints(2, 2), m.ints(3, 2), m.ints(4, 2)})
            .get<Tensor>();
      })
      .repr([](const NativeLayer& m) {
        return named(m, "output_size", 0) + ", " + named(m, "kernel_size", 1) + ", " +
               named(m, "dilation", 2) + ", " + named(m, "padding", 3) + ", " +
               named(m, "stride", 4);
      });
  struct Shuffle {
    const char *name, *argument, *op, *doc;
  };
  for (const Shuffle& s :
       {Shuffle{"PixelShuffle", "upscale_factor", "pixel_shuffle", "Channels to pixels."},
        Shuffle{"PixelUnshuffle", "downscale_factor", "pixel_unshuffle", "Pixels to channels."},
        Shuffle{"ChannelShuffle", "groups", "channel_shuffle", "Channels dealt out among groups."}})
    t.layer(std::string(s.name) + "(int " + s.argument + ")")
        .doc(std::string(s.doc) + " torch.nn." + s.name)
        .forward([op = s.op](NativeLayer& m, const Tensor& x) {
          return call(op, {x, m.arg(0)}).get<Tensor>();
        })
        .repr([name = s.argument](const NativeLayer& m) { return named(m, name, 0); });
}

}  // namespace

void register_pool_layers(LayerTable& t) {
  for (const int n : {1, 2, 3}) {
    pools(t, n);
    pads(t, n, "Constant", "constant");
    pads(t, n, "Zero", "constant");
    pads(t, n, "Reflection", "reflect");
    pads(t, n, "Replication", "replicate");
    pads(t, n, "Circular", "circular");
  }
  register_resizing(t);
}

}  // namespace gradbox
