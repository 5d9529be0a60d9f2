print((5).bit_length(), (255).to_bytes(2, "big"), int.from_bytes(b"\x01\x00", "big"), (3.0).is_integer(), (0.75).as_integer_ratio(), (3).real, (2.5).imag)
