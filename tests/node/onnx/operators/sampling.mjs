// Resampling, regions, signals.
import { cases, f, fixed, floats, given, i, int, ints, l, number, s, x } from './case.mjs';

export const sampling = cases((add) => {
  // ---- resampling ----
  for (const c of [
    'half_pixel',
    'pytorch_half_pixel',
    'align_corners',
    'asymmetric',
    'half_pixel_symmetric',
  ]) {
    const opset = c === 'half_pixel_symmetric' ? 19 : 13;
    // ONNX's reference and onnxruntime differ where sizes times scales aren't whole numbers.
    const scales = c === 'align_corners' ? [1.5, 0.6] : [1.6, 0.7];
    for (const mode of ['nearest', 'linear', 'cubic']) {
      add('Resize', opset, [f([1, 1, 4, 5]), null, floats(1, 1, ...scales)], {
        mode: s(mode),
        coordinate_transformation_mode: s(c),
      });
      add('Resize', opset, [f([1, 2, 4, 5]), null, null, ints(1, 2, 3, 8)], {
        mode: s(mode),
        coordinate_transformation_mode: s(c),
      });
    }
  }
  for (const nearest of ['round_prefer_ceil', 'floor', 'ceil'])
    add('Resize', 11, [f([1, 1, 4, 5]), floats(), floats(1, 1, 2, 0.6)], {
      mode: s('nearest'),
      nearest_mode: s(nearest),
    });
  for (const mode of ['linear', 'cubic'])
    add('Resize', 18, [f([1, 1, 8, 9]), null, floats(1, 1, 0.4, 0.55)], {
      mode: s(mode),
      antialias: i(1),
    });
  for (const policy of ['not_larger', 'not_smaller'])
    add('Resize', 18, [f([1, 1, 4, 6]), null, null, ints(7, 8)], {
      axes: l(2, 3),
      keep_aspect_ratio_policy: s(policy),
      mode: s('linear'),
    });
  add(
    'Resize',
    13,
    [f([1, 1, 4, 5]), floats(0, 0, 0.2, -0.1, 1, 1, 0.9, 1.2), null, ints(1, 1, 3, 6)],
    {
      mode: s('linear'),
      coordinate_transformation_mode: s('tf_crop_and_resize'),
      extrapolation_value: x(9),
    },
  );
  add('Resize', 13, [f([1, 1, 4, 5]), null, floats(1, 1, 1.5, 2)], {
    mode: s('cubic'),
    cubic_coeff_a: x(-0.5),
    exclude_outside: i(1),
  });
  add('Resize', 10, [f([1, 1, 4, 5]), floats(1, 1, 2, 1.5)], { mode: s('linear') });
  add('Upsample', 9, [f([1, 1, 3, 4]), fixed(floats(1, 1, 2, 3))], { mode: s('linear') });
  add('Upsample', 7, [f([1, 1, 3, 4])], { mode: s('nearest'), scales: { floats: [1, 1, 2, 3] } });
  for (const mode of ['linear', 'nearest', 'cubic'])
    for (const padding of ['zeros', 'border', 'reflection'])
      for (const align of [0, 1])
        add('GridSample', 20, [f([1, 2, 4, 5]), f([1, 3, 3, 2], -1.4, 1.4, 2)], {
          mode: s(mode),
          padding_mode: s(padding),
          align_corners: i(align),
        });
  add('GridSample', 20, [f([1, 1, 3, 4, 3]), f([1, 2, 2, 3, 3], -1.2, 1.2, 2)], {
    mode: s('linear'),
  });
  for (const align of [0, 1]) {
    add('AffineGrid', 20, [f([2, 2, 3]), ints(2, 1, 3, 4)], { align_corners: i(align) });
    add('AffineGrid', 20, [f([1, 3, 4]), ints(1, 1, 2, 3, 2)], { align_corners: i(align) });
  }

  // ---- regions ----
  for (const mode of ['half_pixel', 'output_half_pixel'])
    add(
      'RoiAlign',
      16,
      [f([1, 2, 6, 6]), given('float32', [2, 4], [0.5, 1, 4, 5, 2, 0, 9, 8]), ints(0, 0)],
      {
        output_height: i(2),
        output_width: i(3),
        sampling_ratio: i(0),
        spatial_scale: x(0.7),
        coordinate_transformation_mode: s(mode),
      },
    );
  add(
    'MaxRoiPool',
    1,
    [f([1, 2, 6, 6]), given('float32', [2, 5], [0, 0, 1, 4, 5, 0, 2, 2, 5, 3])],
    { pooled_shape: l(2, 2), spatial_scale: x(1) },
  );
  add('NonMaxSuppression', 11, [
    f([1, 6, 4], 0, 2),
    f([1, 2, 6], 0, 1, 3),
    ints(3),
    floats(0.2),
    floats(0.3),
  ]);
  add('Col2Im', 18, [f([1, 8, 9]), ints(4, 4), ints(2, 2)]);
  add('Col2Im', 18, [f([1, 4, 9]), ints(5, 5), ints(2, 2)], {
    strides: l(2, 2),
    pads: l(1, 1, 0, 0),
    dilations: l(1, 1),
  });

  // ---- signals ----
  add('DFT', 17, [f([1, 6, 1])], { onesided: i(1) });
  add('DFT', 17, [f([2, 5, 2]), int(8)], { axis: i(1) });
  add('DFT', 17, [f([1, 8, 2])], { inverse: i(1) });
  add('DFT', 20, [f([1, 6, 3, 1]), null, int(1)]);
  add('STFT', 17, [f([1, 16, 1]), int(4), f([8], 0, 1), int(8)]);
  for (const op of ['HannWindow', 'HammingWindow', 'BlackmanWindow'])
    for (const periodic of [0, 1]) add(op, 17, [int(7)], { periodic: i(periodic) });
  add('MelWeightMatrix', 17, [int(4), int(32), int(8000), number(100), number(3000)]);
});
