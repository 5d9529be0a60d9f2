// Normalisation.
#include "nn/init.h"
#include "nn/layer_table.h"
#include "ops/ops.h"

namespace gradbox {

namespace {

// weight of ones and bias of zeros, or both None.
void add_affine(NativeLayer& m, const Dims& shape, bool affine) {
  if (!affine) {
    m.register_parameter("weight", {});
    m.register_parameter("bias", {});
    return;
  }
  init::ones_(m.add_parameter("weight", shape));
  init::zeros_(m.add_parameter("bias", shape));
}

// Positions of BatchNorm's arguments and buffers.
enum BatchArg { kFeatures, kEps, kMomentum, kAffine, kTrack };
enum BatchBuffer { kMean, kVar, kCount };

void setup_batch_norm(NativeLayer& m) {
  const Dims shape = {m.integer(kFeatures)};
  add_affine(m, shape, m.flag(kAffine));
  const bool track = m.flag(kTrack);
  m.register_buffer("running_mean", track ? Tensor::full(shape, 0, m.dtype()) : Tensor());
  m.register_buffer("running_var", track ? Tensor::full(shape, 1, m.dtype()) : Tensor());
  m.register_buffer("num_batches_tracked", track ? Tensor::scalar_int(0) : Tensor());
}

Tensor run_batch_norm(NativeLayer& m, const Tensor& x) {
  static const OpHandle op{"batch_norm"};
  double average = m.arg(kMomentum).is_none() ? 0 : m.number(kMomentum);
  if (m.training() && m.flag(kTrack) && m.buffer(kCount).defined()) {
    const Tensor count = m.buffer(kCount);
    ++*count.data<std::int64_t>();
    count.bump_version();
    // No momentum: the plain mean over all batches so far.
    if (m.arg(kMomentum).is_none()) average = 1 / count.item();
  }
  const bool has_stats = m.buffer(kMean).defined() || m.buffer(kVar).defined();
  const bool use_stats = !m.training() || m.flag(kTrack);
  return op(x, use_stats ? m.buffer(kMean) : Tensor(), use_stats ? m.buffer(kVar) : Tensor(),
            m.parameter(0), m.parameter(1), m.training() || !has_stats, average, m.arg(kEps));
}

std::string batch_norm_text(const NativeLayer& m) {
  return python_text(m.arg(kFeatures)) + ", eps=" + python_text(m.arg(kEps)) +
         ", momentum=" + python_text(m.arg(kMomentum)) + ", affine=" + python_text(m.arg(kAffine)) +
         ", track_running_stats=" + python_text(m.arg(kTrack));
}

void batch_norm_layer(LayerTable& t, const std::string& name, int low, int high,
                      const char* wanted) {
  t.layer(name +
          "(int num_features, float eps=1e-05, float? momentum=0.1, bool affine=True, "
          "bool track_running_stats=True, str? device=None, ScalarType? dtype=None)")
      .doc(
          "Normalises each channel over the batch, with running statistics for eval(). Ioffe & "
          "Szegedy 2015. torch.nn." +
          name)
      .setup(setup_batch_norm)
      .forward([low, high, wanted](NativeLayer& m, const Tensor& x) {
        if (x.dim() < low || x.dim() > high)
          fail(ErrorKind::Value, "expected ", wanted, " input (got ", x.dim(), "D input)");
        return run_batch_norm(m, x);
      })
      .repr(batch_norm_text);
}

void instance_norm_layer(LayerTable& t, int rank) {
  const std::string name = "InstanceNorm" + std::to_string(rank) + "d";
  t.layer(name +
          "(int num_features, float eps=1e-05, float momentum=0.1, bool affine=False, bool "
          "track_running_stats=False, "
          "str? device=None, ScalarType? dtype=None)")
      .doc("Normalises each channel of each sample. Ulyanov et al. 2016. torch.nn." + name)
      .setup(setup_batch_norm)
      .forward([rank](NativeLayer& m, const Tensor& x) {
        if (x.dim() != rank + 1 && x.dim() != rank + 2)
          fail(ErrorKind::Value, "expected ", rank + 1, "D or ", rank + 2, "D input (got ", x.dim(),
               "D input)");
        const bool batched = x.dim() == rank + 2;
        const bool own = m.training() || !m.flag(kTrack);
        const Tensor y = call("instance_norm", {batched ? x : ops::unsqueeze(x, 0), m.buffer(kMean),
                                                m.buffer(kVar), m.parameter(0), m.parameter(1), own,
                                                m.number(kMomentum), m.number(kEps)})
                             .get<Tensor>();
        return batched ? y : ops::squeeze(y, 0);
      })
      .repr(batch_norm_text);
}

}  // namespace

void register_norm_layers(LayerTable& t) {
  batch_norm_layer(t, "BatchNorm1d", 2, 3, "2D or 3D");
  batch_norm_layer(t, "BatchNorm2d", 4, 4, "4D");
  batch_norm_layer(t, "BatchNorm3d", 5, 5, "5D");
  for (const int n : {1, 2, 3}) instance_norm_layer(t, n);

  t.layer(
       "RMSNorm(int[1] normalized_shape, float? eps=None, bool elementwise_affine=True, str? "
       "device=None, ScalarType? dtype=None)")
      .doc(
          "Divides by the root of the mean square over the last dimensions. Zhang & Sennrich 2019. "
          "torch.nn.RMSNorm")
      .setup([](NativeLayer& m) {
        m.set_arg(0, m.ints(0));
        if (m.flag(2)) init::ones_(m.add_parameter("weight", m.ints(0)));
        else m.register_parameter("weight", {});
      })
      .forward([op = OpHandle("rms_norm")](NativeLayer& m, const Tensor& x) {
        return op(x, m.arg(0), m.parameter(0), m.arg(1));
      })
      .repr([](const NativeLayer& m) {
        return python_text(m.arg(0)) + ", eps=" + python_text(m.arg(1)) +
               ", elementwise_affine=" + python_text(m.arg(2));
      });
  t.layer("LocalResponseNorm(int size, float alpha=0.0001, float beta=0.75, float k=1.0)")
      .doc(
          "Divides by a power of the sum of squares over neighbouring channels. "
          "torch.nn.LocalResponseNorm")
      .forward([op = OpHandle("local_response_norm")](NativeLayer& m, const Tensor& x) {
        return op(x, m.arg(0), m.number(1), m.number(2), m.number(3));
      })
      .repr([](const NativeLayer& m) {
        return python_text(m.arg(0)) + ", alpha=" + python_text(m.arg(1)) +
               ", beta=" + python_text(m.arg(2)) + ", k=" + python_text(m.arg(3));
      });

  t.layer(
       "LayerNorm(int[1] normalized_shape, float eps=1e-05, bool elementwise_affine=True, str? "
       "device=None, "
       "ScalarType? dtype=None)")
      .doc("Normalises over the last dimensions of each sample. Ba et al. 2016. torch.nn.LayerNorm")
      .setup([](NativeLayer& m) {
        m.set_arg(0, m.ints(0));
        add_affine(m, m.ints(0), m.flag(2));
      })
      .forward([op = OpHandle("layer_norm")](NativeLayer& m, const Tensor& x) {
        return op(x, m.arg(0), m.parameter(0), m.parameter(1), m.arg(1));
      })
      .repr([](const NativeLayer& m) {
        return python_text(m.arg(0)) + ", eps=" + python_text(m.arg(1)) +
               ", elementwise_affine=" + python_text(m.arg(2));
      });

  t.layer(
       "GroupNorm(int num_groups, int num_channels, float eps=1e-05, bool affine=True, str? "
       "device=None, "
       "ScalarType? dtype=None)")
      .doc("Normalises groups of channels of each sample. Wu & He 2018. torch.nn.GroupNorm")
      .setup([](NativeLayer& m) {
        if (m.integer(0) <= 0 || m.integer(1) % m.integer(0) != 0)
          fail(ErrorKind::Value, "num_channels must be divisible by num_groups");
        add_affine(m, {m.integer(1)}, m.flag(3));
      })
      .forward([op = OpHandle("group_norm")](NativeLayer& m, const Tensor& x) {
        return op(x, m.arg(0), m.parameter(0), m.parameter(1), m.arg(2));
      })
      .repr([](const NativeLayer& m) {
        return python_text(m.arg(0)) + ", " + python_text(m.arg(1)) +
               ", eps=" + python_text(m.arg(2)) + ", affine=" + python_text(m.arg(3));
      });
}

}  // namespace gradbox
